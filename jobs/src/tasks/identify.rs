//! Corrects the kind of an original: that of a file whose first bytes say too little, such as a recording in a container of
//! videos, a document in a zip archive or an SVG behind a long comment, and that of a format which an earlier version did
//! not know. Stores when a picture or a video was taken. A recording with a cover gets pictures.

use crate::JobContext;
use diesel_async::AsyncConnection;
use domain::{AssetId, AssetKind, captured::Captured, media::Media};
use media::{Identified, MediaError};
use schema::{
    assets::{self, Asset},
    outbox::{self, Job, Priority},
    proxies, workspaces,
};
use storage::{Blob, LocalFile, StorageError};

/// What an asset is by its original.
pub(super) struct Found {
    pub(super) kind: AssetKind,
    /// Of a recording, if its file says it.
    pub(super) duration_seconds: Option<f64>,
    /// What is wrong with it although it can be used.
    pub(super) warning: Option<&'static str>,
    /// The original, for whoever goes on with it.
    pub(super) original: LocalFile,
}

/// Corrects the kind of an asset by its original; returns what it is. None if there is no original, or if it is lost.
pub(super) async fn run(context: &JobContext, asset: &Asset) -> anyhow::Result<Option<Found>> {
    let Some(file_id) = asset.file_id else { return Ok(None) };
    let original = match context.local_file(Blob::File(file_id)).await {
        Ok(original) => original,
        Err(StorageError::Missing) => {
            // It is lost only if the storage itself is there.
            context.storage.check().await?;
            tracing::warn!(asset_id = %asset.id, "an original is missing from storage");
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let Identified { media, has_cover, duration_seconds, warning, captured } = match media::identify(&original).await {
        Ok(found) => found,
        // The making of its proxies reports it.
        Err(MediaError::Unusable(reason)) => {
            tracing::info!(asset_id = %asset.id, reason, "a container cannot be read");
            return Ok(Some(Found { kind: asset.kind, duration_seconds: None, warning: None, original }));
        }
        Err(MediaError::Failed(error)) => return Err(error),
    };
    if (media.media_type, media.kind) != (&asset.media_type, asset.kind) {
        correct(context, asset.id, media).await?;
    }
    store_captured(context, asset, captured).await?;
    if has_cover {
        let presets = context.presets.made_for_cover();
        proxies::insert_pending(&mut *context.pool.get().await?, asset.id, &presets).await?;
    }
    Ok(Some(Found { kind: media.kind, duration_seconds, warning, original }))
}

/// Stores when it was taken. An instant is told in the time zone of the workspace.
async fn store_captured(context: &JobContext, asset: &Asset, captured: Option<Captured>) -> anyhow::Result<()> {
    if captured.is_none() && asset.captured_at.is_none() {
        return Ok(());
    }
    let mut conn = context.pool.get().await?;
    let zone = workspaces::get(&mut conn, asset.workspace_id).await?.zone();
    let at = captured.and_then(|captured| captured.believed(zone, context.clock.now()));
    Ok(assets::set_captured(&mut conn, asset.id, at).await?)
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
