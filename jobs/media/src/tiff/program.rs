//! Decodes faxes, and colours of a lower resolution than the picture, with `ffmpeg`.

use crate::{
    MediaError,
    probe::{FFMPEG, input_by},
    program::{self, Limits, absolute, arguments},
    scratch::scratch,
    words,
};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Enough for a picture of 250 megapixels, barely compressed.
const LIMITS: Limits = Limits::seconds(120, 1_000_000_000);

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
    let (original, folder) = (absolute(original)?, scratch()?);
    let png = folder.path().join("picture.png");
    let mut all = arguments([&"-nostdin", &"-v", &"error", &"-threads", &"2"]);
    all.extend(input_by(&["-f", "tiff_pipe", "-noautorotate"], &original));
    all.extend(arguments([&"-frames:v", &"1", &"-c:v", &"png", &"-f", &"image2", &"-update", &"1", &"-y", &png]));
    let said = match program::run_and_listen(&FFMPEG, &all, &original, LIMITS).await {
        Ok((_, said)) => said,
        Err(MediaError::Unusable(reason)) if reason != words::TOO_LONG => return Err(words::damaged("TIFF", &reason)),
        Err(failed) => return Err(failed),
    };
    if !png.is_file() {
        return Err(words::damaged("TIFF", &said));
    }
    // It shows what it can read, and calls errors what it cannot.
    let warning = (!said.trim().is_empty()).then_some(words::PART_MAY_BE_WRONG);
    Ok(Converted { png, _folder: folder, warning })
}
