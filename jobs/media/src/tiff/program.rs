//! Decodes faxes, and colours of a lower resolution than the picture, with `ffmpeg`.

use crate::{
    MediaError,
    probe::{FFMPEG, input_by},
    program::{self, Limits, absolute, arguments},
    scratch::scratch,
};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Enough for a picture of 250 megapixels, barely compressed.
const LIMITS: Limits = Limits::seconds(120, 1_000_000_000);

/// Converts the first page to a PNG in a temporary folder, which is deleted when it is dropped.
pub(crate) async fn to_png(original: &Path) -> Result<(TempDir, PathBuf), MediaError> {
    let (original, folder) = (absolute(original)?, scratch()?);
    let png = folder.path().join("picture.png");
    let mut all = arguments([&"-nostdin", &"-v", &"error", &"-threads", &"2"]);
    all.extend(input_by(&["-f", "tiff_pipe", "-noautorotate"], &original));
    all.extend(arguments([&"-frames:v", &"1", &"-c:v", &"png", &"-f", &"image2", &"-update", &"1", &"-y", &png]));
    program::run(&FFMPEG, &all, &original, LIMITS).await?;
    if png.is_file() {
        Ok((folder, png))
    } else {
        Err(MediaError::unusable("The TIFF holds no picture that can be read."))
    }
}
