//! Decides anew about each file of an archive before the file is sent.
//!
//! A large archive is sent for hours. The link, the rights of its creator and the file are taken as they are when the
//! file begins; the grants of the visitor are those with which the download began.

use super::arranged::Source;
use crate::{
    Services,
    files::{FileName, ReadyProxy},
    visitor::{RequestedFile, Visit, VisitError, Visitor},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    AssetId, LinkKind,
    access::{Refusal, Resource},
    archive::ArchiveRequest,
    grant::Purpose,
    token::LinkToken,
};
use schema::{PoolError, attachments, statistics};
use std::{fmt, ops::Range, sync::Arc};
use storage::{Blob, Body, StorageError};

/// Why an archive ends before its end.
#[derive(Debug)]
pub enum ArchiveError {
    /// The visitor may not have the next file any more.
    Refused(VisitError),
    /// The next file is not the one that the archive was to contain, or its blob is gone.
    Changed,
    /// The next file could not be read.
    Storage(StorageError),
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => error.fmt(f),
            Self::Changed => f.write_str("a file of the archive was replaced or is gone"),
            Self::Storage(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ArchiveError {}

impl From<StorageError> for ArchiveError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Missing => Self::Changed,
            error => Self::Storage(error),
        }
    }
}

impl From<VisitError> for ArchiveError {
    fn from(error: VisitError) -> Self {
        Self::Refused(error)
    }
}

impl From<Refusal> for ArchiveError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<PoolError> for ArchiveError {
    fn from(error: PoolError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<diesel::result::Error> for ArchiveError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Refused(error.into())
    }
}

/// What is needed to decide about the files of an archive while it is sent.
#[derive(Clone)]
pub(super) struct Guard {
    services: Arc<Services>,
    pub(super) visitor: Visitor,
    token: LinkToken,
    /// What the archive was asked to contain. The grants for its URL and for its download are bound to it.
    pub(super) request: ArchiveRequest,
    began: DateTime<Utc>,
    /// The day in whose statistics the download is counted, if it is in any.
    day: Option<NaiveDate>,
}

impl Guard {
    pub(super) fn new(services: Arc<Services>, visit: &Visit<'_>, request: ArchiveRequest) -> Self {
        let (began, visitor, token) = (services.now(), visit.visitor.clone(), visit.token.clone());
        Self { services, visitor, token, request, began, day: visit.day() }
    }

    /// Counts a download of each of these assets.
    pub(super) async fn count(&self, assets: Vec<AssetId>) -> Result<(), ArchiveError> {
        let mut conn = self.services.pool.get().await?;
        Ok(statistics::count_archived(&mut conn, &assets, self.now(), self.day).await?)
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.services.now()
    }

    /// Opens a range of a file, if the visitor may still have the file.
    pub(super) async fn open(&self, source: Source, range: Range<u64>) -> Result<Body, ArchiveError> {
        let requested = RequestedFile { asset: Some(source.asset), file: Some(source.file) };
        let visitor = self.visitor.clone();
        let visit =
            Visit::open(&self.services, visitor, self.token.expose_secret(), LinkKind::Public, requested).await?;
        let visit = visit.presented_at(self.began).of_archive(&self.request);
        let counted = visit.may_continue(Purpose::CountedArchive(&self.request.to_string()));
        if !visit.has_found(requested.asset) {
            return Err(VisitError::NotFound.into());
        }
        let permit = visit.ask(Resource::Download(visit.target(), source.file.version()), counted)?;
        let blob = match source.file {
            FileName::Original => visit.found_asset()?.file_id.map(Blob::File),
            FileName::Proxy(_) => visit.proxy(permit).and_then(ReadyProxy::of).map(|proxy| proxy.blob),
            FileName::Attachment(id) | FileName::Captions(id) => {
                let mut conn = self.services.pool.get().await?;
                attachments::get(&mut conn, source.asset, id).await?.map(|found| Blob::File(found.file_id))
            }
        };
        if blob != Some(source.blob) {
            return Err(ArchiveError::Changed);
        }
        Ok(self.services.storage.read(source.blob, range).await?)
    }
}
