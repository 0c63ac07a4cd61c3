//! Makes the pending videos of an asset, one after the other.

use super::wanted::{InStorage, Work};
use crate::JobContext;
use domain::AssetId;
use media::{MediaError, ProxySpec};
use std::path::Path;
use storage::StoredProxy;

pub(super) async fn run(context: &JobContext, asset_id: AssetId) -> anyhow::Result<()> {
    let Some(work) = Work::load(context, asset_id, |preset| !preset.is_picture()).await? else { return Ok(()) };
    for wanted in &work.wanted {
        let folder = media::scratch()?;
        make(context, &work, wanted, &folder.path().join("video.mp4")).await?;
    }
    work.end(context).await
}

async fn make(context: &JobContext, work: &Work, wanted: &ProxySpec, output: &Path) -> anyhow::Result<()> {
    let mark = work.mark.clone().filter(|_| wanted.rendition.watermarked);
    let made = match media::video(&work.original, wanted, mark, context.video_quality, output).await {
        Ok(made) => made,
        Err(MediaError::Unusable(reason)) => return work.fail(context, &[wanted.rendition.preset], &reason).await,
        Err(MediaError::Failed(error)) => return Err(error),
    };
    let stored = copy(context, output).await?;
    let (width, height) = (made.width, made.height);
    let in_storage = InStorage { stored, media_type: "video/mp4", width, height };
    work.store(context, wanted.rendition, in_storage).await
}

/// Copies a file into storage.
async fn copy(context: &JobContext, from: &Path) -> anyhow::Result<StoredProxy> {
    let mut writer = context.storage.begin_proxy().await?;
    writer.copy(tokio::fs::File::open(from).await?).await?;
    Ok(writer.finish().await?.into())
}
