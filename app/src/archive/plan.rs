//! What a visitor is told of an archive before they download it.

use super::contents::Standing;
use crate::visitor::{Visit, VisitError};
use domain::archive::ArchiveRequest;

/// What an archive contains now, and what it lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ArchivePlan {
    /// How many files it contains.
    pub ready: usize,
    /// How many files it will contain as soon as they are made.
    pub waiting: usize,
    /// How many files it cannot contain, although the link hands them out.
    pub missing: Missing,
    /// Its length in bytes.
    pub byte_size: u64,
}

/// How many files an archive cannot contain, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Missing {
    /// Smaller versions that could not be made.
    pub failed: usize,
    /// Originals that are archived or not available.
    pub unavailable: usize,
    /// Files whose checksum is not known yet, or that are lost.
    pub unchecked: usize,
}

impl Missing {
    /// How many files are missing in all.
    pub fn count(self) -> usize {
        self.failed + self.unavailable + self.unchecked
    }
}

impl ArchivePlan {
    pub(super) fn count(&mut self, standing: Standing, files: usize) {
        match standing {
            Standing::Ready => self.ready += files,
            Standing::Waiting => self.waiting += files,
            Standing::Failed => self.missing.failed += files,
            Standing::Unavailable => self.missing.unavailable += files,
            Standing::Unchecked => self.missing.unchecked += files,
            Standing::Refused(_) => {}
        }
    }
}

impl Visit<'_> {
    /// What an archive would contain now, and its exact length. An archive of which nothing is ready is no error here.
    pub async fn archive_plan(&self, request: &ArchiveRequest) -> Result<ArchivePlan, VisitError> {
        let counted = self.decide_archive(request)?;
        Ok(self.archive_contents(request, counted).await?.2)
    }
}

/// The path and the query of an archive of a public link.
pub fn archive_path(token: &str, request: &ArchiveRequest) -> String {
    let query = request.to_string();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/s/{token}/archive.zip{mark}{query}")
}
