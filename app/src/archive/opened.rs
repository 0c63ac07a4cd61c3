//! An archive that a visitor may download.

use super::{arranged::Source, guard::Guard, plan::ArchivePlan, reader::ArchiveReader};
use crate::{
    Services,
    visitor::{Visit, VisitError},
};
use domain::{
    access::Resource,
    archive::{ArchiveRequest, Layout},
    grant::Purpose,
};
use std::{ops::Range, sync::Arc};

/// An archive that a visitor may download.
pub struct Archive {
    request: ArchiveRequest,
    layout: Arc<Layout>,
    sources: Arc<[Source]>,
    plan: ArchivePlan,
    save_as: String,
}

impl Visit<'_> {
    /// Decides whether the visitor may ask for an archive, and returns whether its download was counted for them.
    pub(super) fn decide_archive(&self, request: &ArchiveRequest) -> Result<bool, VisitError> {
        let counted = self.may_continue(Purpose::CountedArchive(&request.to_string()));
        // Whoever goes on with a counted download gets it, like a file, when the page of the link is gone already. Each
        // file is decided about in any case.
        if !counted {
            self.decide(Resource::Page)?;
        }
        Ok(counted)
    }

    /// The archive of a request. All its files are ready, and each was decided about.
    pub async fn archive(&self, request: ArchiveRequest) -> Result<Archive, VisitError> {
        let counted = self.decide_archive(&request)?;
        let (layout, sources, plan) = self.archive_contents(&request, counted).await?;
        if sources.is_empty() {
            // The page says whether the link is there at all.
            self.decide(Resource::Page)?;
            return Err(VisitError::NothingToArchive);
        }
        let save_as = format!("{}.zip", domain::archive::clean(&self.opened.link.settings.name));
        Ok(Archive { request, layout: layout.into(), sources: sources.into(), plan, save_as })
    }
}

impl Archive {
    /// Where its bytes lie.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What it contains and lacks.
    pub fn plan(&self) -> ArchivePlan {
        self.plan
    }

    /// The name to save it under.
    pub fn save_as(&self) -> &str {
        &self.save_as
    }

    /// Reads a range of the archive for the visitor of a visit.
    pub fn reader(&self, services: Arc<Services>, visit: &Visit<'_>, range: Range<u64>) -> ArchiveReader {
        let guard = Guard::new(services, visit, self.request.clone());
        ArchiveReader::new(Arc::clone(&self.layout), Arc::clone(&self.sources), guard, range)
    }
}
