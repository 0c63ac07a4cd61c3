//! The assets that are selected in the library, as a form carries them.

use super::Fields;
use crate::pages::PageError;
use app::{
    Services, Viewer,
    offers::{self, Requested},
};
use diesel_async::AsyncPgConnection;
use domain::{AssetId, node_id::NodeId};
use std::collections::HashSet;

/// The selected assets, each once, in the order in which they were sent.
pub(super) struct Selection {
    ids: Vec<String>,
    set: HashSet<String>,
}

impl Selection {
    /// The selection in a form. Text that is no asset's id is left out; more than can be shared at once is refused.
    pub(super) fn of(fields: &Fields, services: &Services) -> Result<Self, PageError> {
        if fields.text("go") == "clear" {
            return Ok(Self { ids: Vec::new(), set: HashSet::new() });
        }
        let mut set = HashSet::new();
        let sent = fields.all("asset").filter(|id| AssetId::from_node_id(id).is_some());
        let ids: Vec<String> = sent.filter(|id| set.insert((*id).to_owned())).map(str::to_owned).collect();
        check(&ids, services)?;
        Ok(Self { ids, set })
    }

    /// Adds assets.
    pub(super) fn extend(&mut self, ids: &[String], services: &Services) -> Result<(), PageError> {
        self.ids.extend(ids.iter().filter(|id| self.set.insert((*id).clone())).cloned());
        check(&self.ids, services)
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Whether an asset is selected.
    pub(super) fn has(&self, id: &str) -> bool {
        self.set.contains(id)
    }

    /// The ids.
    pub(super) fn ids(&self) -> &[String] {
        &self.ids
    }

    /// The selected assets that are none of these.
    pub(super) fn without(&self, shown: &[String]) -> Vec<String> {
        let shown: HashSet<&String> = shown.iter().collect();
        self.ids.iter().filter(|id| !shown.contains(id)).cloned().collect()
    }

    /// What the operations take.
    pub(super) fn requested(&self) -> Requested {
        Requested::distinct(self.ids.clone())
    }

    /// How many of the selected assets the viewer may share.
    pub(super) async fn shareable(&self, conn: &mut AsyncPgConnection, viewer: &Viewer) -> Result<usize, PageError> {
        if self.is_empty() {
            return Ok(0);
        }
        Ok(offers::decide(conn, viewer, &self.requested()).await?.shared.len())
    }
}

fn check(ids: &[String], services: &Services) -> Result<(), PageError> {
    if ids.len() > services.max_share {
        return Err(PageError::Refused(offers::too_many(services.max_share)));
    }
    Ok(())
}
