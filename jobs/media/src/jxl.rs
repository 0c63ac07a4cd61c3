//! Decodes JPEG XL with `ffmpeg`, which has libjxl do it: it applies the orientation, and takes the first frame.

use super::{
    MediaError,
    colour::ColourSpace,
    converted::{self, Conversion, Converted, in_words},
    limits::{check_edges, check_pixels},
    probe::{FFPROBE, input_by},
    program::{self, Files, Limits, absolute, arguments},
};
use anyhow::Context;
use serde_json::Value;
use std::path::Path;

/// Without the colours that the program would write into the PNG: it leaves out some of what it knows.
const JXL: Conversion<'_> = Conversion {
    name: "JPEG XL",
    demuxer: "jpegxl_pipe",
    options: &[],
    filter: Some("setparams=color_primaries=unknown:color_trc=unknown"),
};

/// To decode the picture once.
const LIMITS: Limits = Limits::seconds(60, 1024 * 1024);

/// Converts a picture to a PNG, which has its profile if it has one.
pub(super) async fn to_png(original: &Path) -> Result<Converted, MediaError> {
    let original = absolute(original)?;
    let mut all = arguments([&"-v", &"error", &"-print_format", &"json", &"-show_streams"]);
    all.extend(input_by(&["-f", JXL.demuxer], &original));
    let told =
        program::run(&FFPROBE, &all, Files::of(&original), LIMITS).await.map_err(|error| in_words(error, JXL.name))?;
    let told: Value = serde_json::from_slice(&told).context("`ffprobe` writes no JSON")?;
    let stream = &told["streams"][0];
    let edge = |name: &str| stream[name].as_u64().and_then(|edge| u32::try_from(edge).ok()).unwrap_or_default();
    let (width, height) = (edge("width"), edge("height"));
    // Where the program was built without libjxl, it tells no size; then it says so itself.
    if width > 0 && height > 0 {
        check_edges(width, height)?;
        check_pixels(width, height)?;
    }
    let (folder, png) = converted::to_png(&original, JXL).await?;
    let name = |name: &str| stream[name].as_str().unwrap_or_default();
    let space = ColourSpace::of_code_points(primaries(name("color_primaries")), transfer(name("color_transfer")));
    Ok(Converted { png, _folder: folder, space, profile: None })
}

/// The code points of the program's names (H.273).
fn primaries(name: &str) -> u8 {
    match name {
        "bt470bg" => 5,
        "smpte170m" => 6,
        "bt2020" => 9,
        "smpte428" => 10,
        "smpte431" => 11,
        "smpte432" => 12,
        _ => 1,
    }
}

/// The code points of the program's names (H.273).
fn transfer(name: &str) -> u8 {
    match name {
        "bt709" => 1,
        "bt470m" => 4,
        "bt470bg" => 5,
        "linear" => 8,
        "smpte2084" => 16,
        "smpte428" => 17,
        "arib-std-b67" => 18,
        _ => 13,
    }
}

#[cfg(test)]
mod tests;
