//! A link that is itself the download of an asset's original.

use super::new_link::{NewLink, Target, shareable_asset};
use crate::{MutationError, Services, UserErrorCode, Viewer, idempotency::Key};
use domain::{
    AssetId, LinkKind, Right,
    settings::{self, Change, SettingsInput},
    sharing::{Offer, may_create_download_link},
};
use schema::{assets::Candidate, links::Link};

/// Makes a link that is itself the download of an asset's original. `asset` is none where the client sent no id of an
/// asset.
pub async fn create_download_link(
    services: &Services,
    viewer: &Viewer,
    asset: Option<AssetId>,
    input: SettingsInput,
    key: Option<&Key>,
) -> Result<Link, MutationError> {
    let candidate = shareable_asset(services, viewer, asset).await?;
    check_original(&candidate)?;
    let input = SettingsInput { allow_original: Change::Set(true), ..input };
    let settings = settings::parse(input, &Offer::original_only(), services.now())
        .map_err(|errors| MutationError::settings(&errors, &[]))?;
    let target = Target::Asset(candidate.id);
    let link = NewLink::prepare(services, viewer, LinkKind::Download, target, settings).await?;
    link.store_alone(services, viewer, key).await
}

fn check_original(candidate: &Candidate) -> Result<(), MutationError> {
    if may_create_download_link(&candidate.facts, candidate.rights) {
        return Ok(());
    }
    let message = if candidate.rights.has(Right::DownloadOriginal) {
        "The original is archived or unavailable; a download link needs one that is available now."
    } else {
        "You may not hand out the original of this asset."
    };
    Err(MutationError::user(UserErrorCode::OriginalNotAvailable, &["assetId"], message))
}
