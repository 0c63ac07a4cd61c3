//! Caches decoded watermarks, because a bulk share draws the same one on thousands of pictures.

use crate::JobContext;
use domain::{FileId, watermark::Opacity};
use media::{MediaError, WatermarkImage};
use quick_cache::sync::Cache;
use schema::proxies::Watermark;
use std::{fmt, sync::Arc};
use storage::Blob;

/// How many watermarks are kept. Few workspaces render at the same time.
const KEPT: usize = 4;

/// Decoded watermarks by image and version. Cheap to clone.
#[derive(Clone)]
pub struct WatermarkCache(Arc<Cache<(FileId, i32), Arc<WatermarkImage>>>);

impl Default for WatermarkCache {
    fn default() -> Self {
        Self(Arc::new(Cache::new(KEPT)))
    }
}

impl WatermarkCache {
    /// A decoded watermark, ready to be drawn.
    pub(super) async fn get(&self, context: &JobContext, watermark: &Watermark) -> anyhow::Result<Arc<WatermarkImage>> {
        let key = (watermark.file_id, watermark.version);
        self.0.get_or_insert_async(&key, load(context, watermark)).await
    }
}

async fn load(context: &JobContext, watermark: &Watermark) -> anyhow::Result<Arc<WatermarkImage>> {
    let bytes = context.storage.read_all(Blob::File(watermark.file_id)).await?;
    let (opacity, placement) = (Opacity::try_from(watermark.opacity)?, watermark.placement());
    match tokio::task::spawn_blocking(move || WatermarkImage::decode(&bytes, opacity, placement)).await {
        Ok(decoded) => Ok(Arc::new(decoded?)),
        Err(error) if error.is_panic() => {
            Err(MediaError::Unusable("The picture makes the decoder fail.".to_owned()).into())
        }
        Err(error) => Err(error.into()),
    }
}

impl fmt::Debug for WatermarkCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WatermarkCache({})", self.0.len())
    }
}
