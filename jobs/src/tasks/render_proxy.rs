//! Makes the pending pictures of an asset: all plain ones of a new original, and watermarked ones when a link needs
//! them. The original is decoded once for all of them.

use super::wanted::{InStorage, Work};
use crate::JobContext;
use domain::{AssetId, AssetKind, Preset};
use media::{MediaError, Rendered};
use schema::assets::{self, Facts};
use storage::LocalFile;

/// The largest picture or document that is opened, in bytes.
const MAX_BYTES: i64 = 512 * 1024 * 1024;

/// Makes them of the original, which is read as a file, unless the caller has it already.
pub(super) async fn run(context: &JobContext, asset_id: AssetId, original: Option<LocalFile>) -> anyhow::Result<()> {
    let Some(work) = Work::load(context, asset_id, original, Preset::is_picture).await? else { return Ok(()) };
    if !work.wanted.is_empty() {
        make(context, &work).await?;
    }
    work.end(context).await
}

async fn make(context: &JobContext, work: &Work) -> anyhow::Result<()> {
    // Of a recording and a video, only the parts that are needed are read.
    let is_recording = matches!(work.asset.kind, AssetKind::Video | AssetKind::Audio);
    let too_large = !is_recording && work.asset.byte_size.is_none_or(|size| size > MAX_BYTES);
    let made = if too_large {
        Err(MediaError::Unusable(format!("The file is larger than {} MB.", MAX_BYTES / 1024 / 1024)))
    } else {
        media::pictures(&work.original, &work.asset.media_type, work.wanted.clone(), work.mark.clone()).await
    };
    match made {
        Ok(made) => store(context, work, made).await,
        Err(MediaError::Unusable(reason)) => {
            let presets: Vec<Preset> = work.wanted.iter().map(|wanted| wanted.rendition.preset).collect();
            work.fail(context, &presets, &reason).await
        }
        Err(MediaError::Failed(error)) => Err(error),
    }
}

async fn store(context: &JobContext, work: &Work, made: Rendered) -> anyhow::Result<()> {
    let Rendered { width, height, duration_seconds, warning, placeholder, proxies } = made;
    // A document's page has no size in pixels, and the size of a cover is not that of its recording.
    let has_size = !matches!(work.asset.kind, AssetKind::Document | AssetKind::Audio);
    let size = if has_size { Some((width.try_into()?, height.try_into()?)) } else { None };
    // A cover does not tell how long its recording is.
    let duration_seconds = duration_seconds.or(work.asset.duration_seconds);
    let facts = Facts { size, duration_seconds, warning: warning.as_deref(), placeholder: &placeholder };
    assets::set_facts(&mut *context.pool.get().await?, work.asset.id, facts).await?;
    for proxy in proxies {
        let in_storage = InStorage {
            media_type: proxy.media_type,
            size: Some((proxy.width, proxy.height)),
            stored: context.storage.put_proxy(proxy.bytes).await?,
        };
        work.store(context, proxy.rendition, in_storage).await?;
    }
    Ok(())
}
