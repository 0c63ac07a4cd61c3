//! What a share of some assets can offer. `shareOptions` and all mutations that share ask the same functions, so that
//! everything offered is accepted.

use crate::{Error, NO_ASSET, Services, Viewer};
use diesel_async::AsyncPgConnection;
use domain::{
    AssetId, CollectionId,
    node_id::NodeId,
    sharing::{self, NotShareable, Offer, may_share},
};
use schema::{
    assets::{self, Candidate},
    collections, links, rights, users,
};
use std::collections::{HashMap, HashSet};

/// The message for a call with too many assets.
pub fn too_many(most: usize) -> String {
    format!("At most {most} assets are shared at once.")
}

/// Why an asset cannot be shared, for people.
pub fn why_not_shareable(reason: NotShareable) -> &'static str {
    match reason {
        NotShareable::NotFound => NO_ASSET,
        NotShareable::NoRight => "You lack the right to share this asset; an administrator can give it to you.",
        NotShareable::ExternalSource => {
            "This asset is only a reference; its file lives elsewhere and cannot be shared."
        }
    }
}

/// The assets that a client wants to share: each once, in the order of the call.
pub struct Requested(Vec<(String, Option<AssetId>)>);

impl Requested {
    /// What a client sent. Text that is no asset's id is an asset that is not found.
    pub fn distinct(ids: impl IntoIterator<Item = String>) -> Self {
        let mut seen = HashSet::new();
        let parsed = ids.into_iter().map(|id| {
            let asset = AssetId::from_node_id(&id);
            (id, asset)
        });
        Self(parsed.filter(|(id, _)| seen.insert(id.clone())).collect())
    }

    /// All members of a collection.
    pub async fn members(conn: &mut AsyncPgConnection, collection: CollectionId) -> Result<Self, Error> {
        let ids = collections::member_ids(conn, collection).await?;
        Ok(Self(ids.into_iter().map(|id| (id.node_id(), Some(id))).collect()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ids that are well-formed.
    pub fn ids(&self) -> Vec<AssetId> {
        self.0.iter().filter_map(|(_, id)| *id).collect()
    }
}

/// The result of deciding about a requested share.
pub struct Decided {
    /// The assets that are shared, in order.
    pub shared: Vec<AssetId>,
    /// The assets that are not shared, as the client named them, and why.
    pub skipped: Vec<(String, NotShareable)>,
    /// What the shared ones offer.
    pub offer: Offer,
}

/// Decides what of `requested` a viewer may share. One statement, however many there are.
pub async fn decide(conn: &mut AsyncPgConnection, viewer: &Viewer, requested: &Requested) -> Result<Decided, Error> {
    let candidates = assets::candidates(conn, viewer.workspace.id, viewer.subject(), &requested.ids()).await?;
    let entry = |index: usize| requested.0.get(index);
    let share = sharing::share(viewer.workspace.offers(), 0..requested.len(), |index| {
        let candidate = candidates.get(&entry(index)?.1?)?;
        Some((&candidate.facts, candidate.rights))
    });
    let skipped = share.skipped.into_iter().filter_map(|(index, reason)| Some((entry(index)?.0.clone(), reason)));
    let shared: Vec<AssetId> = share.shared.into_iter().filter_map(|index| entry(index)?.1).collect();
    let offer = Offer { covers: shared.clone(), ..share.offer };
    Ok(Decided { skipped: skipped.collect(), shared, offer })
}

/// What links to one asset can offer a viewer.
pub struct AssetOffer {
    /// Why the viewer cannot share the asset; none: they can.
    pub not_shareable: Option<NotShareable>,
    /// What a public link can offer.
    pub public: Offer,
    /// Whether the viewer can make a download link.
    pub may_create_download_link: bool,
}

/// What links to one asset can offer a viewer.
pub async fn of_asset(services: &Services, viewer: &Viewer, asset: AssetId) -> Result<AssetOffer, Error> {
    let mut conn = services.pool.get().await?;
    let mut found = assets::candidates(&mut conn, viewer.workspace.id, viewer.subject(), &[asset]).await?;
    let Candidate { facts, rights, .. } = found.remove(&asset).ok_or(Error::NotFound)?;
    Ok(AssetOffer {
        not_shareable: may_share(facts.source, rights).err(),
        public: sharing::offer(viewer.workspace.offers(), [(&facts, rights)]).of_one_asset(),
        may_create_download_link: sharing::may_create_download_link(&facts, rights),
    })
}

/// What a link can offer now. It hands out at most what its creator may, whoever changes it.
pub async fn of_link(conn: &mut AsyncPgConnection, viewer: &Viewer, link: &links::Link) -> Result<Offer, Error> {
    let creator = users::by_ids(conn, link.workspace_id, &[link.created_by]).await?.pop().ok_or(Error::NotFound)?;
    let subject = rights::subject(conn, &creator).await?;
    let ids = match (link.asset_id, link.collection_id) {
        (Some(asset), _) => vec![asset],
        (None, Some(collection)) => collections::member_ids(conn, collection).await?,
        (None, None) => Vec::new(),
    };
    let candidates: HashMap<AssetId, Candidate> = assets::candidates(conn, link.workspace_id, subject, &ids).await?;
    let found = ids.iter().filter_map(|id| candidates.get(id));
    let shared = found.filter(|candidate| may_share(candidate.facts.source, candidate.rights).is_ok());
    let covers = shared.map(|candidate| candidate.id).collect();
    let facts = candidates.values().map(|candidate| (&candidate.facts, candidate.rights));
    let offer = Offer { covers, ..sharing::offer(viewer.workspace.offers(), facts) };
    Ok(if link.collection_id.is_some() { offer } else { offer.of_one_asset() })
}
