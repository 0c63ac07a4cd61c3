//! Reads the properties of a video: which of its streams is shown, how large, how long, and with which colours.

use super::{
    MediaError,
    limits::{check_edges, fit},
    program::{self, Files, Limits, Program, absolute, arguments},
    video::{Colour, Fields, FrameRate, Tracks},
    words,
};
use anyhow::Context;
use domain::{captured::Captured, media::Streams};
use serde_json::Value;
use std::{ffi::OsString, path::Path};

mod stream;

pub(super) const FFMPEG: Program = Program { names: &["ffmpeg"], package: "ffmpeg", exit_when_stopped: Some(255) };
pub(super) const FFPROBE: Program = Program { names: &["ffprobe"], package: "ffmpeg", exit_when_stopped: None };

/// The allowed containers. Formats that make the program open other files, such as playlists, are not allowed.
const CONTAINERS: &str =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,dv,flv,asf,ogg,mxf,mp3,wav,flac,aac,aiff";

const PROBE: Limits = Limits::seconds(60, 1024 * 1024);

/// The properties of a video.
#[derive(Debug, Clone)]
pub(super) struct Probe {
    /// In pixels as it is shown: after rotation, and with square pixels.
    pub(super) width: u32,
    /// In pixels as it is shown: after rotation, and with square pixels.
    pub(super) height: u32,
    /// None if the file does not say it.
    pub(super) duration_seconds: Option<f64>,
    /// Whether the duration was written by the program that made the file, and not estimated.
    pub(super) duration_is_exact: bool,
    /// The index of the stream that is shown.
    pub(super) stream: u64,
    /// What the numbers of a pixel mean.
    pub(super) colour: Colour,
    /// Whether browsers and phones play the file as it is.
    pub(super) plays_everywhere: bool,
    /// Whether frames are made of two fields.
    pub(super) fields: Fields,
    /// The frames in a second.
    pub(super) frame_rate: FrameRate,
    /// Sound and subtitles.
    pub(super) tracks: Tracks,
}

impl Probe {
    /// The size within a longest edge, with even numbers. Smaller videos are not enlarged, except to at least two
    /// pixels.
    pub(super) fn even_size(&self, longest_edge: u32) -> (u32, u32) {
        let (width, height) = fit(self.width, self.height, longest_edge);
        ((width & !1).max(2), (height & !1).max(2))
    }
}

/// The arguments with which `ffmpeg` and `ffprobe` read this file, and no other, as a container of videos.
pub(super) fn input(original: &Path) -> Vec<OsString> {
    input_by(&["-format_whitelist", CONTAINERS], original)
}

/// The same with arguments that choose the demuxer.
pub(super) fn input_by(demuxers: &[&str], original: &Path) -> Vec<OsString> {
    let mut file = OsString::from("file:");
    file.push(original);
    let mut all = arguments([&"-protocol_whitelist", &"file"]);
    all.extend(demuxers.iter().map(OsString::from));
    all.extend(arguments([&"-i", &file]));
    all
}

/// Reads the properties of a video.
pub(super) async fn probe(original: &Path) -> Result<Probe, MediaError> {
    of(&ask(original).await?)
}

/// The properties of a video by what [`ask`] returned.
pub(super) fn of(told: &Value) -> Result<Probe, MediaError> {
    let streams = told["streams"].as_array().map(Vec::as_slice).unwrap_or_default();
    let stream = stream::shown(streams).ok_or_else(|| MediaError::unusable("The file holds no video."))?;
    if !stream::is_known(stream) {
        return Err(MediaError::unusable(words::UNKNOWN_CODEC));
    }
    let (width, height) = stream::shown_size(stream);
    check_edges(width, height)?;
    let duration_seconds = duration(&told["format"], streams);
    Ok(Probe {
        width,
        height,
        duration_seconds,
        duration_is_exact: stream::duration_is_exact(&told["format"], stream),
        plays_everywhere: stream::plays_everywhere(&told["format"], stream, streams),
        stream: stream["index"].as_u64().unwrap_or_default(),
        colour: Colour::of(stream)?,
        fields: Fields::of(stream),
        frame_rate: FrameRate::of(stream),
        tracks: Tracks::of(streams),
    })
}

/// Which sorts of streams a file has, by what [`ask`] returned.
pub(super) fn streams(told: &Value) -> Streams {
    let streams = told["streams"].as_array().map(Vec::as_slice).unwrap_or_default();
    let audio = streams.iter().any(|stream| stream["codec_type"] == "audio");
    Streams { video: stream::shown(streams).is_some(), audio }
}

/// The duration of a recording in seconds, by what [`ask`] returned; none if the file does not say it.
pub(super) fn playing_time(told: &Value) -> Option<f64> {
    duration(&told["format"], told["streams"].as_array().map(Vec::as_slice).unwrap_or_default())
}

/// When a video was taken, by what [`ask`] returned; none if the file does not say it. Phones of Apple tell the time zone of
/// the place in a way of their own.
pub(super) fn captured(told: &Value) -> Option<Captured> {
    let tags = &told["format"]["tags"];
    let names = ["com.apple.quicktime.creationdate", "creation_time"];
    names.into_iter().find_map(|name| Captured::of_container(tags[name].as_str()?))
}

/// What `ffprobe` tells of a file and its streams.
pub(super) async fn ask(original: &Path) -> Result<Value, MediaError> {
    ask_and_listen(original).await.map(|(told, _)| told)
}

/// The same, with its doubts.
pub(super) async fn ask_and_listen(original: &Path) -> Result<(Value, String), MediaError> {
    let original = absolute(original)?;
    let mut all = arguments([&"-v", &"warning", &"-print_format", &"json", &"-show_format", &"-show_streams"]);
    all.extend(input(&original));
    let (told, doubts) = program::run_and_listen(&FFPROBE, &all, Files::of(&original), PROBE).await?;
    Ok((serde_json::from_slice(&told).context("`ffprobe` writes no JSON")?, doubts))
}

/// The duration of a file: of the whole, unless that is far more than any of its streams has.
fn duration(format: &Value, streams: &[Value]) -> Option<f64> {
    let longest = streams.iter().filter_map(|stream| seconds(&stream["duration"])).reduce(f64::max);
    let whole = seconds(&format["duration"]);
    whole.filter(|whole| longest.is_none_or(|longest| *whole < longest.mul_add(2.0, 60.0))).or(longest)
}

/// The longest duration that is believed, in seconds: a year. Damaged files tell that of centuries.
const MAX_SECONDS: f64 = 366.0 * 24.0 * 3600.0;

fn seconds(text: &Value) -> Option<f64> {
    let seconds: f64 = text.as_str()?.parse().ok()?;
    (seconds > 0.0 && seconds < MAX_SECONDS).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_duration_that_cannot_be_true_is_none() {
        for (whole, streams, believed) in [
            (json!("20.5"), json!([{ "duration": "20.4" }, {}]), Some(20.5)),
            (json!("20.5"), json!([{}]), Some(20.5)),
            (json!("4294967294.000000"), json!([{}]), None),
            (json!("4294967294.000000"), json!([{ "duration": "2.0" }, { "duration": "2.1" }]), Some(2.1)),
            (json!("4294967.295000"), json!([{ "duration": "2.0" }]), Some(2.0)),
            (json!("1728000.0"), json!([{}]), Some(1_728_000.0)),
            (json!("-3"), json!([{ "duration": "inf" }]), None),
            (Value::Null, json!([{ "duration": "7" }]), Some(7.0)),
        ] {
            let found = duration(&json!({ "duration": whole }), streams.as_array().unwrap());
            assert_eq!(found, believed, "{whole} {streams}");
        }
    }
}
