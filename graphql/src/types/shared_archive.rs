//! `SharedArchive`: one zip of the files of a link.

use crate::{count::saturating, types::byte_count::ByteCount};
use app::{
    Error,
    archive::ArchivePlan,
    visitor::{Visit, VisitError},
};
use async_graphql::{ID, SimpleObject};
use domain::{
    AssetId, Preset,
    access::Permit,
    archive::{ArchiveRequest, ArchiveVersion, Selection},
    node_id::NodeId,
};

/// One zip of files that a link hands out. A download of it counts as one, however many files it contains; continuing an
/// interrupted one is free, in a browser or with the cookie of the answer.
#[derive(SimpleObject)]
pub(crate) struct SharedArchive {
    /// Supports ranges and `If-Range`, so that clients can continue an interrupted download. The URL of a link with a
    /// password is valid for 30 to 60 minutes.
    url: String,
    /// How many files it contains now.
    ready: i32,
    /// How many smaller versions are still being made; they are not in it yet.
    waiting: i32,
    /// How many files it cannot contain, although the link hands them out: failed, not available or not checked yet.
    missing: i32,
    /// The size of the files that are ready. The archive is some hundred bytes larger for each.
    byte_size: ByteCount,
}

impl SharedArchive {
    /// The URL, if there is anything to download now.
    pub(crate) fn url_if_ready(self) -> Option<String> {
        (self.ready > 0).then_some(self.url)
    }
}

/// What an archive is asked to contain, as the API spells it.
pub(crate) async fn parse(
    visit: &Visit<'_>,
    assets: Option<Vec<ID>>,
    version: Option<&str>,
) -> Result<ArchiveRequest, Error> {
    let version = version.unwrap_or_default();
    let version = ArchiveVersion::parse(version).ok_or_else(|| {
        let presets: Vec<&str> = Preset::ALL.iter().map(|preset| preset.as_str()).collect();
        Error::BadInput(format!("There is no version {version:?}; there are original, {}.", presets.join(", ")))
    })?;
    let selection = match assets {
        None => Selection::All,
        Some(ids) => {
            let ids: Vec<AssetId> = ids.iter().filter_map(|id| AssetId::from_node_id(id)).collect();
            visit.selection(&ids).await.map_err(super::shared_link::refused)?
        }
    };
    Ok(ArchiveRequest { version, selection })
}

/// The archive of a request; none if it contains nothing now and later.
pub(crate) async fn archive(
    visit: &Visit<'_>,
    permit: Permit,
    request: &ArchiveRequest,
) -> Result<Option<SharedArchive>, VisitError> {
    let plan = visit.archive_plan(request).await?;
    let ArchivePlan { ready, waiting, missing, byte_size } = plan;
    Ok((ready + waiting + missing.count() > 0).then(|| SharedArchive {
        url: visit.archive_url(permit, request),
        ready: saturating(ready),
        waiting: saturating(waiting),
        missing: saturating(missing.count()),
        byte_size: ByteCount(i64::try_from(byte_size).unwrap_or(i64::MAX)),
    }))
}
