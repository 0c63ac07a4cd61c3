//! The sound and the subtitles of a video, and the sound of a recording.

use crate::{
    MediaError,
    probe::{FFMPEG, input},
    program::{self, Files, Limits, arguments},
};
use serde_json::Value;
use std::path::Path;

/// How many tracks of a kind are looked at.
const MOST: usize = 16;

/// Enough to decode a moment of sound.
const LISTEN: Limits = Limits::seconds(60, 1024 * 1024);

/// Codecs of subtitles that are text. Others are pictures, which an MP4 cannot hold.
const TEXT: [&str; 7] = ["subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text"];

/// The tracks of a file.
#[derive(Debug, Clone)]
pub(crate) struct Tracks {
    /// Tracks of sound, the main one first.
    sounds: Vec<Track>,
    /// Subtitles that are text.
    pub(super) subtitles: Vec<Track>,
}

/// A track.
#[derive(Debug, Clone)]
pub(crate) struct Track {
    pub(crate) index: u64,
    /// A code of ISO 639, such as `eng`.
    pub(super) language: Option<String>,
    /// In bits per second, if the file says it.
    pub(crate) bit_rate: Option<u64>,
}

impl Tracks {
    /// Reads the tracks from what `ffprobe` tells of the streams.
    pub(crate) fn of(streams: &[Value]) -> Self {
        let of_type = |kind: &'static str| streams.iter().filter(move |stream| stream["codec_type"] == kind);
        let mut sounds: Vec<&Value> = of_type("audio").collect();
        sounds.sort_by_key(|stream| stream["disposition"]["default"] != 1);
        let is_text = |stream: &&Value| stream["codec_name"].as_str().is_some_and(|codec| TEXT.contains(&codec));
        Self {
            sounds: sounds.into_iter().take(MOST).filter_map(Track::of).collect(),
            subtitles: of_type("subtitle").filter(is_text).take(MOST).filter_map(Track::of).collect(),
        }
    }

    /// The first track of sound that can be decoded. `ffprobe` names codecs that `ffmpeg` cannot decode, such as that
    /// of an iPhone's spatial sound, so that a moment of each is decoded until one succeeds.
    pub(crate) async fn sound(&self, original: &Path) -> Result<Option<&Track>, MediaError> {
        for track in &self.sounds {
            let stream = format!("0:{}", track.index);
            let mut all = arguments([&"-nostdin", &"-v", &"error", &"-threads", &"1"]);
            all.extend(input(original));
            all.extend(arguments([&"-map", &stream, &"-ac", &"2", &"-ar", &"48000", &"-frames:a", &"8"]));
            all.extend(arguments([&"-f", &"s16le", &"pipe:1"]));
            match program::run(&FFMPEG, &all, Files::of(original), LISTEN).await {
                Ok(samples) if !samples.is_empty() => return Ok(Some(track)),
                Ok(_) | Err(MediaError::Unusable(_)) => {}
                Err(failed) => return Err(failed),
            }
        }
        Ok(None)
    }
}

impl Track {
    fn of(stream: &Value) -> Option<Self> {
        let language = stream["tags"]["language"].as_str();
        let language =
            language.filter(|code| code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_lowercase()));
        let bit_rate = stream["bit_rate"].as_str().and_then(|rate| rate.parse().ok());
        Some(Self { index: stream["index"].as_u64()?, language: language.map(str::to_owned), bit_rate })
    }
}
