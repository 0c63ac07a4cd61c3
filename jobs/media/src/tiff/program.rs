//! Decodes faxes, and colours of a lower resolution than the picture, with `ffmpeg`.

use crate::{
    MediaError,
    converted::{self, Conversion},
};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Converts the first page to a PNG in a temporary folder, which is deleted when it is dropped.
pub(crate) async fn to_png(original: &Path) -> Result<(TempDir, PathBuf), MediaError> {
    let with = Conversion { name: "TIFF", demuxer: "tiff_pipe", options: &[], filter: None };
    converted::to_png(original, with).await
}
