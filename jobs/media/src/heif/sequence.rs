//! Shows the first frame of an image sequence, which is a track like that of a video. Older versions of libheif refuse
//! such files, or know only their still picture.

use super::boxes;
use crate::{
    MediaError,
    probe::{FFMPEG, input, probe},
    program::{self, Limits, arguments},
    video::Target,
};
use std::{
    fs::File,
    path::{Path, PathBuf},
};

/// As much as for a still picture.
const LIMITS: Limits = Limits::seconds(180, 2_000_000_000);

/// Whether a file holds a sequence.
pub(super) fn is_one(original: &Path) -> bool {
    File::open(original).is_ok_and(|mut file| boxes::top_level(&mut file, *b"moov").is_some())
}

/// Converts the first frame to a PNG in this folder, with the colours of sRGB.
pub(super) async fn first_frame(original: &Path, folder: &Path) -> Result<PathBuf, MediaError> {
    let probe = probe(original).await?;
    let (png, table) = (folder.join("frame.png"), probe.colour.write_table(folder).await?);
    let colours = probe.colour.filters((probe.width, probe.height), Target::Rgb, &table);
    let mut all = arguments([&"-nostdin", &"-v", &"error", &"-threads", &"2"]);
    all.extend(input(original));
    let stream = format!("0:{}", probe.stream);
    all.extend(arguments([&"-map", &stream, &"-vf", &colours, &"-frames:v", &"1", &"-c:v", &"png"]));
    all.extend(arguments([&"-f", &"image2", &"-update", &"1", &"-y", &png]));
    program::run(&FFMPEG, &all, original, LIMITS).await?;
    if png.is_file() { Ok(png) } else { Err(MediaError::unusable("The file holds no picture.")) }
}
