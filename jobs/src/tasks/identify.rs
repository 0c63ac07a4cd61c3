//! Corrects the kind of an original whose first bytes say too little: a recording in a container of videos, and a document
//! in a zip archive.

use crate::JobContext;
use diesel_async::AsyncConnection;
use domain::{AssetId, media::Media};
use media::MediaError;
use schema::{
    assets::{self, Asset},
    outbox::{self, Job, Priority},
};
use storage::Blob;

/// Corrects the kind of an asset by its original, if there is one.
pub(super) async fn run(context: &JobContext, asset: &Asset) -> anyhow::Result<()> {
    let Some(file_id) = asset.file_id else { return Ok(()) };
    match media::identify(&context.storage.local_path(Blob::File(file_id)), &asset.media_type).await {
        Ok(Some(found)) => correct(context, asset.id, found).await,
        Ok(None) => Ok(()),
        Err(MediaError::Unusable(reason)) => {
            tracing::info!(asset_id = %asset.id, reason, "a container cannot be read");
            Ok(())
        }
        Err(MediaError::Failed(error)) => Err(error),
    }
}

/// Stores the kind, and which proxies are to be made because of it. Those of pictures are made by the job that goes on.
async fn correct(context: &JobContext, asset_id: AssetId, found: Media) -> anyhow::Result<()> {
    tracing::info!(%asset_id, media_type = found.media_type, "the kind of an asset is corrected");
    let presets = context.presets.made_for(found.media_type);
    let mut conn = context.pool.get().await?;
    conn.transaction(async |conn| {
        assets::set_media(conn, asset_id, found, &presets).await?;
        if presets.iter().any(|preset| !preset.is_picture()) {
            outbox::push(conn, &Job::RenderVideo { asset_id }, Priority::Background).await?;
        }
        Ok(())
    })
    .await
}
