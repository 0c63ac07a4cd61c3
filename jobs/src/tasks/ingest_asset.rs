//! Examines a new original: corrects its kind, makes its pictures and stores its size, or the playing time of a
//! recording.

use super::{identify, render_proxy};
use crate::JobContext;
use domain::{AssetId, AssetKind};
use media::MediaError;
use schema::assets;
use storage::Blob;

pub(super) async fn run(context: &JobContext, asset_id: AssetId) -> anyhow::Result<()> {
    // An asset that was deleted in the meantime needs nothing.
    let Some(asset) = assets::find(&mut *context.pool.get().await?, asset_id).await? else { return Ok(()) };
    let kind = identify::run(context, &asset).await?;
    render_proxy::run(context, asset_id).await?;
    let (Some(AssetKind::Audio), None, Some(file_id)) = (kind, asset.duration_seconds, asset.file_id) else {
        return Ok(());
    };
    let seconds = match media::playing_time(&context.storage.local_path(Blob::File(file_id))).await {
        Ok(seconds) => seconds,
        Err(MediaError::Unusable(reason)) => {
            tracing::info!(%asset_id, reason, "a recording cannot be read");
            None
        }
        Err(MediaError::Failed(error)) => return Err(error),
    };
    Ok(assets::set_duration(&mut *context.pool.get().await?, asset_id, seconds).await?)
}
