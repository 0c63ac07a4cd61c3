//! What tasks work with.

use crate::{metrics::Metrics, tasks::WatermarkCache};
use app::{face_models::FaceModels, mailer::Mailer};
use domain::{Clock, Presets, VideoQuality, token::Keyring};
use schema::Pool;
use std::io;
use storage::{Blob, LocalFile, Storage, StorageError};

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
    /// The keys from which tokens are derived.
    pub keys: Keyring,
    /// What URLs begin with, without a slash at the end.
    pub public_url: String,
    /// Sends mail; none where no mail server is configured.
    pub mailer: Option<Mailer>,
    /// Finds faces.
    pub face_models: FaceModels,
    /// Decoded watermarks.
    pub watermarks: WatermarkCache,
    /// Counts jobs.
    pub metrics: Metrics,
}

impl JobContext {
    /// A blob as a file, for programs that read files. A download is in a temporary folder, like all that jobs make.
    pub(crate) async fn local_file(&self, blob: Blob) -> Result<LocalFile, StorageError> {
        self.storage.file(blob, || media::scratch().map_err(io::Error::other)).await
    }
}
