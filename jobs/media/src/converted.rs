//! Pictures that programs decode for us, as a PNG: what no kept library decodes as well, or only one that takes long to
//! build. The program is mostly `ffmpeg`.

use super::{
    MediaError,
    colour::ColourSpace,
    decoded::Decoded,
    probe::{FFMPEG, input_by},
    program::{self, Files, Limits, absolute, arguments},
    raster,
    scratch::scratch,
    words,
};
use anyhow::anyhow;
use image::{ImageFormat, metadata::Orientation};
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// Enough for a picture of 250 megapixels, barely compressed.
const LIMITS: Limits = Limits::seconds(120, 2_000_000_000);

/// A picture that was converted to a PNG.
pub(super) struct Converted {
    /// The PNG, in a folder that is deleted when it is dropped.
    pub(super) png: PathBuf,
    pub(super) _folder: TempDir,
    /// The colour space of the picture, unless it is sRGB or the PNG tells it.
    pub(super) space: Option<ColourSpace>,
    /// The colour profile of the picture, where the PNG lacks it.
    pub(super) profile: Option<Vec<u8>>,
}

impl Converted {
    /// Decodes the PNG, to which the program has applied the orientation.
    pub(super) fn open(self) -> Result<Decoded, MediaError> {
        let decoded = raster::open_in(&self.png, ImageFormat::Png, self.space)?;
        let profile = decoded.profile.or(self.profile);
        Ok(Decoded { orientation: Orientation::NoTransforms, profile, ..decoded })
    }
}

/// How a picture is decoded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conversion<'a> {
    /// What people call the format.
    pub(super) name: &'static str,
    /// The part of the program that reads the format. No other is asked, whatever the file holds.
    pub(super) demuxer: &'static str,
    /// Options of the decoder.
    pub(super) options: &'a [&'a str],
    /// What is done with the decoded picture.
    pub(super) filter: Option<&'static str>,
}

/// Converts the first picture of a file to a PNG in a temporary folder, which is deleted when it is dropped.
pub(super) async fn to_png(original: &Path, with: Conversion<'_>) -> Result<(TempDir, PathBuf), MediaError> {
    to_png_and_listen(original, with).await.map(|(folder, png, _)| (folder, png))
}

/// The same, with what the program said although it succeeded.
pub(super) async fn to_png_and_listen(
    original: &Path,
    with: Conversion<'_>,
) -> Result<(TempDir, PathBuf, String), MediaError> {
    let (original, folder) = (absolute(original)?, scratch()?);
    let png = folder.path().join("picture.png");
    let mut all = arguments([&"-nostdin", &"-v", &"error", &"-threads", &"2"]);
    all.push("-noautorotate".into());
    all.extend(with.options.iter().map(OsString::from));
    all.extend(input_by(&["-f", with.demuxer], &original));
    all.extend(arguments([&"-frames:v", &"1"]));
    if let Some(filter) = with.filter {
        all.extend(arguments([&"-vf", &filter]));
    }
    all.extend(arguments([&"-c:v", &"png", &"-f", &"image2", &"-update", &"1", &"-y", &png]));
    let done = program::run_and_listen(&FFMPEG, &all, Files::and(&original, folder.path()), LIMITS).await;
    let (_, said) = done.map_err(|error| in_words(error, with.name))?;
    if png.is_file() { Ok((folder, png, said)) } else { Err(damaged(with.name)) }
}

/// What the program says of videos, said of pictures.
pub(super) fn in_words(error: MediaError, name: &str) -> MediaError {
    match error {
        // Pictures are not protected: the program was built without this format.
        MediaError::Unusable(reason) if reason == words::UNKNOWN_CODEC => {
            anyhow!("this `ffmpeg` decodes no {name}; that of Debian and Ubuntu does").into()
        }
        MediaError::Unusable(reason) if reason.starts_with("The video ") || reason.starts_with("The file is ") => {
            damaged(name)
        }
        other => other,
    }
}

fn damaged(name: &str) -> MediaError {
    MediaError::unusable(format!(
        "The {name} file is damaged or incomplete, or of a kind that cannot be decoded. Upload it again, or save it as a \
         JPEG or PNG."
    ))
}
