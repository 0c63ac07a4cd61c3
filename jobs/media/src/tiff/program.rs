//! Decodes faxes, and colours of a lower resolution than the picture, with `ffmpeg`.

use crate::{
    MediaError,
    probe::FFMPEG,
    program::{self, Limits, absolute, arguments},
    scratch::scratch,
};
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// Enough for a picture of 250 megapixels, barely compressed.
const LIMITS: Limits = Limits::seconds(120, 1_000_000_000);

/// Converts the first page to a PNG in a temporary folder, which is deleted when it is dropped.
pub(crate) async fn to_png(original: &Path) -> Result<(TempDir, PathBuf), MediaError> {
    let (original, folder) = (absolute(original)?, scratch()?);
    let png = folder.path().join("picture.png");
    let mut file = OsString::from("file:");
    file.push(&original);
    let mut all = arguments([&"-nostdin", &"-v", &"error", &"-threads", &"2", &"-protocol_whitelist", &"file"]);
    all.extend(arguments([&"-f", &"tiff_pipe", &"-noautorotate", &"-i", &file, &"-frames:v", &"1"]));
    all.extend(arguments([&"-c:v", &"png", &"-f", &"image2", &"-update", &"1", &"-y", &png]));
    program::run(&FFMPEG, &all, &original, LIMITS).await?;
    if png.is_file() {
        Ok((folder, png))
    } else {
        Err(MediaError::unusable("The TIFF holds no picture that can be read."))
    }
}
