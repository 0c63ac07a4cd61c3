//! Reads the properties of a video, and extracts a still frame.

use super::{
    MediaError,
    limits::{check_edges, fit},
    program::{self, Limits, Program, absolute, arguments},
    scratch::scratch,
};
use anyhow::Context;
use serde_json::Value;
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

pub(super) const FFMPEG: Program = Program { names: &["ffmpeg"], package: "ffmpeg", exit_when_stopped: Some(255) };
const FFPROBE: Program = Program { names: &["ffprobe"], package: "ffmpeg", exit_when_stopped: None };

/// The allowed containers. Formats that make the program open other files, such as playlists, are not allowed.
const CONTAINERS: &str =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,mxf,dv,mp3,wav,flac,aac,aiff";

const PROBE: Limits = Limits::seconds(60, 1024 * 1024);
const STILL: Limits = Limits::seconds(120, 1_000_000_000);

/// The properties of a video.
#[derive(Debug, Clone, Copy)]
pub(super) struct Probe {
    /// In pixels as it is shown: after rotation, and with square pixels.
    pub(super) width: u32,
    /// In pixels as it is shown: after rotation, and with square pixels.
    pub(super) height: u32,
    /// None if the file does not say it.
    pub(super) duration_seconds: Option<f64>,
}

impl Probe {
    /// The size within a longest edge, with even numbers. Smaller videos are not enlarged, except to at least two
    /// pixels.
    pub(super) fn even_size(&self, longest_edge: u32) -> (u32, u32) {
        let (width, height) = fit(self.width, self.height, longest_edge);
        ((width & !1).max(2), (height & !1).max(2))
    }
}

/// The arguments with which `ffmpeg` and `ffprobe` read this file and no other.
pub(super) fn input(original: &Path) -> Vec<OsString> {
    let mut file = OsString::from("file:");
    file.push(original);
    arguments([&"-protocol_whitelist", &"file", &"-format_whitelist", &CONTAINERS, &"-i", &file])
}

/// Reads the size and duration of a video.
pub(super) async fn probe(original: &Path) -> Result<Probe, MediaError> {
    let told = ask(original).await?;
    let streams = told["streams"].as_array().map(Vec::as_slice).unwrap_or_default();
    let stream = streams
        .iter()
        .find(|stream| is_video(stream))
        .ok_or_else(|| MediaError::unusable("The file holds no video."))?;
    let (width, height) = shown_size(stream);
    check_edges(width, height)?;
    let duration_seconds = seconds(&told["format"]["duration"]).or_else(|| seconds(&stream["duration"]));
    Ok(Probe { width, height, duration_seconds })
}

/// Whether a stream has moving pictures. A cover picture looks like a video of one frame.
pub(super) fn is_video(stream: &Value) -> bool {
    stream["codec_type"] == "video" && stream["disposition"]["attached_pic"] != 1
}

/// The duration of a recording in seconds; none if the file does not say it.
pub async fn playing_time(original: &Path) -> Result<Option<f64>, MediaError> {
    Ok(seconds(&ask(original).await?["format"]["duration"]))
}

pub(super) async fn ask(original: &Path) -> Result<Value, MediaError> {
    let original = absolute(original)?;
    let mut all = arguments([&"-v", &"error", &"-print_format", &"json", &"-show_format", &"-show_streams"]);
    all.extend(input(&original));
    let told = program::run(&FFPROBE, &all, &original, PROBE).await?;
    Ok(serde_json::from_slice(&told).context("`ffprobe` writes no JSON")?)
}

fn seconds(text: &Value) -> Option<f64> {
    let seconds: f64 = text.as_str()?.parse().ok()?;
    (seconds.is_finite() && seconds > 0.0).then_some(seconds)
}

fn shown_size(stream: &Value) -> (u32, u32) {
    let edge = |name: &str| stream[name].as_u64().and_then(|edge| u32::try_from(edge).ok()).unwrap_or_default();
    let (width, height) = (edge("width"), edge("height"));
    let ratio = stream["sample_aspect_ratio"].as_str().and_then(|ratio| ratio.split_once(':'));
    let ratio = ratio.and_then(|(wide, high)| Some((wide.parse::<u64>().ok()?, high.parse::<u64>().ok()?)));
    let width = match ratio {
        Some((wide @ 1.., high @ 1..)) => {
            u32::try_from(u64::from(width).saturating_mul(wide) / high).unwrap_or(u32::MAX)
        }
        _ => width,
    };
    let side_data = stream["side_data_list"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rotation = side_data.iter().find_map(|data| data["rotation"].as_i64()).unwrap_or_default();
    if rotation.rem_euclid(180) == 90 { (height, width) } else { (width, height) }
}

/// Extracts a typical frame with this longest edge as a PPM in a temporary folder, which is deleted when it is dropped.
pub(super) async fn still(original: &Path, probe: &Probe, longest_edge: u32) -> Result<(TempDir, PathBuf), MediaError> {
    let (original, folder) = (absolute(original)?, scratch()?);
    let ppm = folder.path().join("frame.ppm");
    let (width, height) = fit(probe.width, probe.height, longest_edge);
    // The first frame is often black, so that the most typical of the frames after a tenth of the video is chosen.
    let after = probe.duration_seconds.map_or(0.0, |seconds| (seconds / 10.0).min(10.0));
    for (from, filter) in [(after, "thumbnail=24,"), (0.0, "")] {
        let from = format!("{from:.3}");
        let filter = format!("{filter}scale={width}:{height},setsar=1");
        let mut all = arguments([&"-nostdin", &"-v", &"error", &"-threads", &"2", &"-ss", &from]);
        all.extend(input(&original));
        all.extend(arguments([&"-map", &"0:V:0", &"-vf", &filter, &"-frames:v", &"1", &"-c:v", &"ppm"]));
        all.extend(arguments([&"-f", &"image2", &"-update", &"1", &"-y", &ppm]));
        program::run(&FFMPEG, &all, &original, STILL).await?;
        if ppm.is_file() {
            return Ok((folder, ppm));
        }
    }
    Err(MediaError::unusable("The video has no frames."))
}
