//! Makes the pending videos of an asset, one after the other, or the pending sound of a recording.
//!
//! No version equals another: where the large version would have the size of the small one, or would be a second copy of
//! the original, a copy of the small one stands in for it. Links that hand out only the large version then hand out the
//! next smaller one, and pages offer it once.

use super::{
    render_sound,
    wanted::{InStorage, Work},
};
use crate::JobContext;
use domain::{AssetId, Preset, ProxyState, Rendition};
use media::{MediaError, ProxySpec};
use schema::proxies::{self, Proxy};
use std::path::Path;
use storage::{Blob, StoredProxy};

pub(super) async fn run(context: &JobContext, asset_id: AssetId) -> anyhow::Result<()> {
    let Some(work) = Work::load(context, asset_id, None, |preset| !preset.is_picture()).await? else { return Ok(()) };
    for wanted in &work.wanted {
        let folder = media::scratch()?;
        match wanted.rendition.preset {
            Preset::Audio => render_sound::make(context, &work, wanted, folder.path()).await?,
            Preset::Video480 | Preset::Video1080 => {
                make(context, &work, wanted, &folder.path().join("video.mp4")).await?;
            }
            // Another job makes pictures.
            Preset::Thumbnail | Preset::Preview | Preset::Fullscreen | Preset::Poster => {}
        }
    }
    work.end(context).await
}

async fn make(context: &JobContext, work: &Work, wanted: &ProxySpec, output: &Path) -> anyhow::Result<()> {
    if let Some(smaller) = copied(context, work, wanted).await? {
        return stand_in(context, work, wanted.rendition, smaller).await;
    }
    let mark = work.mark.clone().filter(|_| wanted.rendition.watermarked);
    let made = match media::video(&work.original, wanted, mark, context.video_quality, output).await {
        Ok(made) => made,
        Err(MediaError::Unusable(reason)) => return work.fail(context, &[wanted.rendition.preset], &reason).await,
        Err(MediaError::Failed(error)) => return Err(error),
    };
    if made.is_copy
        && let Some(smaller) = smaller(context, work, wanted.rendition).await?
    {
        return stand_in(context, work, wanted.rendition, smaller).await;
    }
    let stored = copy(context, output).await?;
    let in_storage = InStorage { stored, media_type: "video/mp4", size: Some((made.width, made.height)) };
    work.store(context, wanted.rendition, in_storage).await
}

/// The smaller version of which a copy is stored, because the wanted version would equal it.
async fn copied(context: &JobContext, work: &Work, wanted: &ProxySpec) -> anyhow::Result<Option<Proxy>> {
    let Some(smaller) = smaller(context, work, wanted.rendition).await? else { return Ok(None) };
    let is_equal = if wanted.rendition.watermarked {
        // The version without a watermark was made before, and decided it.
        let mut conn = context.pool.get().await?;
        let plain = proxies::get(&mut conn, work.asset.id, wanted.rendition.preset.plain()).await?;
        plain.is_some_and(|plain| {
            plain.width.is_some() && (plain.width, plain.height) == (smaller.width, smaller.height)
        })
    } else {
        let edge = context.presets.size(smaller.preset).unwrap_or(wanted.size);
        match media::has_equal_sizes(&work.original, edge, wanted.size).await {
            Ok(equal) => equal,
            // Rendering says why.
            Err(MediaError::Unusable(_)) => false,
            Err(MediaError::Failed(error)) => return Err(error),
        }
    };
    Ok(is_equal.then_some(smaller))
}

/// The next smaller version of the same asset, if it is ready.
async fn smaller(context: &JobContext, work: &Work, rendition: Rendition) -> anyhow::Result<Option<Proxy>> {
    let Some(preset) = rendition.preset.stand_in() else { return Ok(None) };
    let mut conn = context.pool.get().await?;
    let found = proxies::get(&mut conn, work.asset.id, Rendition { preset, ..rendition }).await?;
    Ok(found.filter(|found| found.state == ProxyState::Ready && found.watermark_version == work.version_of(rendition)))
}

/// Stores a copy of a smaller version, so that links that hand out only the larger one hand out this.
async fn stand_in(context: &JobContext, work: &Work, rendition: Rendition, smaller: Proxy) -> anyhow::Result<()> {
    let (Some(file), Some(width), Some(height)) = (smaller.file_id, smaller.width, smaller.height) else {
        return Err(anyhow::anyhow!("a video that is ready has no file or no size"));
    };
    let stored = copy(context, &context.local_file(Blob::Proxy(file)).await?).await?;
    let size = Some((width.try_into()?, height.try_into()?));
    work.store(context, rendition, InStorage { stored, media_type: "video/mp4", size }).await
}

/// Copies a file into storage.
pub(super) async fn copy(context: &JobContext, from: &Path) -> anyhow::Result<StoredProxy> {
    let mut writer = context.storage.begin_proxy().await?;
    writer.copy(tokio::fs::File::open(from).await?).await?;
    Ok(writer.finish().await?.into())
}
