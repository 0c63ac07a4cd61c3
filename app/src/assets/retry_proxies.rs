//! Another attempt at what could not be made of an original.

use super::editable::{editable, no_asset};
use crate::{Error, MutationError, Services, Viewer};
use diesel_async::AsyncConnection;
use domain::AssetId;
use schema::{
    assets::{self, Asset},
    outbox::{self, Job, Priority},
    proxies,
};

/// Has everything tried again that could not be made of an asset's original, and returns the asset: failed proxies, also
/// the watermarked ones that links need, and the examination of the original where it is not done.
pub async fn retry_proxies(
    services: &Services,
    viewer: &Viewer,
    asset: Option<AssetId>,
) -> Result<Asset, MutationError> {
    let asset = editable(services, viewer, asset, || no_asset("assetId")).await?;
    let (asset_id, now) = (asset.id, services.now());
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let pending = proxies::retry_needed(conn, asset_id, now).await?;
        // This job examines the original first, and then makes its pictures.
        if pending.iter().any(|preset| preset.is_picture()) || assets::is_unexamined(conn, asset_id).await? {
            outbox::push(conn, &Job::IngestAsset { asset_id }, Priority::Shared).await?;
        }
        if pending.iter().any(|preset| !preset.is_picture()) {
            outbox::push(conn, &Job::RenderVideo { asset_id }, Priority::Shared).await?;
        }
        Ok::<_, Error>(())
    })
    .await?;
    drop(conn);
    // The queue holds back what has just given up. A person who asks does not wait for that.
    let given_up = [
        Job::IngestAsset { asset_id },
        Job::ReingestAsset { asset_id },
        Job::RenderProxy { asset_id },
        Job::RenderVideo { asset_id },
    ];
    if let Some(backlog) = services.backlog.as_deref()
        && let Err(error) = backlog.revive(&given_up).await
    {
        tracing::warn!(?error, %asset_id, "dead jobs could not be queued again at once");
    }
    Ok(asset)
}
