//! Shows the first frame of an image sequence, which is a track like that of a video. Older versions of libheif refuse
//! such files, or know only their still picture.

use super::boxes::{self, boxes, content, number};
use crate::{
    MediaError,
    probe::{self, FFMPEG, Probe, input},
    program::{self, Files, Limits, arguments},
    video::Target,
};
use serde_json::Value;
use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

/// As much as for a still picture.
const LIMITS: Limits = Limits::seconds(180, 2_000_000_000);

/// The most bytes of the description of the tracks.
const MAX_TRACKS: u64 = 16 * 1024 * 1024;

/// What a track of transparency is called in AVIF and in HEIC.
const TRANSPARENCY: [&[u8]; 2] = [b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1"];

/// Whether a file holds a sequence.
pub(super) fn is_one(original: &Path) -> bool {
    File::open(original).is_ok_and(|mut file| boxes::top_level(&mut file, *b"moov").is_some())
}

/// Converts the first frame to a PNG in this folder, with the colours of sRGB and its transparency.
pub(super) async fn first_frame(original: &Path, folder: &Path) -> Result<PathBuf, MediaError> {
    let told = probe::ask(original).await?;
    let probe = probe::of(&told)?;
    let (png, table) = (folder.join("frame.png"), probe.colour.write_table(folder).await?);
    let colours = probe.colour.filters((probe.width, probe.height), Target::Rgb, &table);
    let mut all = arguments([&"-nostdin", &"-v", &"error", &"-threads", &"2"]);
    all.extend(input(original));
    all.extend(match transparency(original, &told) {
        Some(index) => arguments([&"-filter_complex", &with_transparency(&probe, &colours, index)]),
        None => arguments([&"-map", &format!("0:{}", probe.stream), &"-vf", &colours]),
    });
    all.extend(arguments([&"-frames:v", &"1", &"-c:v", &"png", &"-f", &"image2", &"-update", &"1", &"-y", &png]));
    program::run(&FFMPEG, &all, Files::and(original, folder), LIMITS).await?;
    if png.is_file() { Ok(png) } else { Err(MediaError::unusable("The file holds no picture.")) }
}

/// The filters that put a stream of transparency into the picture. Its values are of the full range, whatever it says.
fn with_transparency(probe: &Probe, colours: &str, index: u64) -> String {
    let Probe { stream, width, height, .. } = probe;
    let gray = format!("scale={width}:{height}:in_range=full:out_range=full,format=gray");
    format!("[0:{stream}]{colours}[shown];[0:{index}]{gray}[alpha];[shown][alpha]alphamerge")
}

/// The index of the stream that holds the transparency.
fn transparency(original: &Path, told: &Value) -> Option<u64> {
    let mut file = File::open(original).ok()?;
    let (length, mut tracks) = (boxes::top_level(&mut file, *b"moov")?, Vec::new());
    file.take(length.min(MAX_TRACKS)).read_to_end(&mut tracks).ok()?;
    let id =
        boxes(&tracks).find_map(|(kind, track)| if &kind == b"trak" { id_if_transparency(track) } else { None })?;
    let is_it = |stream: &&Value| stream["id"] == format!("{id:#x}") && stream["codec_type"] == "video";
    told["streams"].as_array()?.iter().find(is_it)?["index"].as_u64()
}

/// The id of a track, if it holds the transparency of another.
fn id_if_transparency(track: &[u8]) -> Option<u32> {
    let media = content(track, *b"mdia")?;
    let samples = content(content(content(media, *b"minf")?, *b"stbl")?, *b"stsd")?;
    let tells = |text: &[u8]| samples.windows(text.len()).any(|part| part == text);
    // Some programs do not tell what such a track is, and write no other.
    let is_it = content(media, *b"hdlr")?.get(8..12) == Some(b"auxv")
        && (!tells(b"auxi") || TRANSPARENCY.into_iter().any(tells));
    let header = content(track, *b"tkhd")?;
    // Two times come first, of eight bytes in version 1.
    let at = if header.first() == Some(&0) { 12 } else { 20 };
    header.get(at..at + 4).filter(|_| is_it).map(number)
}
