//! What tasks work with.

use crate::{metrics::Metrics, tasks::WatermarkCache};
use domain::{Clock, Presets, VideoQuality};
use schema::Pool;
use storage::Storage;

/// What tasks work with. Cheap to clone.
#[derive(Clone)]
pub struct JobContext {
    /// Postgres.
    pub pool: Pool,
    /// Blobs.
    pub storage: Storage,
    /// Tells the time.
    pub clock: Clock,
    /// Which presets are made, and how large they are.
    pub presets: Presets,
    /// How good videos look.
    pub video_quality: VideoQuality,
    /// Decoded watermarks.
    pub watermarks: WatermarkCache,
    /// Counts jobs.
    pub metrics: Metrics,
}
