//! Decodes faxes, and colours of a lower resolution than the picture, with `ffmpeg`.

use crate::{
    MediaError,
    converted::{self, Conversion},
    words,
};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A page that was converted to a PNG.
pub(crate) struct Converted {
    /// The PNG, in a folder that is deleted when it is dropped.
    pub(crate) png: PathBuf,
    pub(crate) _folder: TempDir,
    /// What is wrong with the picture although it was decoded, as a sentence for people.
    pub(crate) warning: Option<&'static str>,
}

/// Converts the first page to a PNG.
pub(crate) async fn to_png(original: &Path) -> Result<Converted, MediaError> {
    let with = Conversion { name: "TIFF", demuxer: "tiff_pipe", options: &[], filter: None };
    let (folder, png, said) = converted::to_png_and_listen(original, with).await?;
    // The program shows what it can read, and calls errors what it cannot.
    let warning = (!said.trim().is_empty()).then_some(words::PART_MAY_BE_WRONG);
    Ok(Converted { png, _folder: folder, warning })
}
