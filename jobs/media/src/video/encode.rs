//! The command that encodes a video.

use super::{
    colour::{EXACT, Target},
    limits,
    rate::{bits_of_sound, most_bits},
    tracks::Track,
};
use crate::{
    MediaError,
    probe::{FFMPEG, Probe, input},
    program::{self, Files, arguments},
};
use anyhow::Context;
use domain::VideoQuality;
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    thread::available_parallelism,
};

/// What every proxy says about its colours.
const BT709: &str = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=limited";

/// How long packets wait for a track that begins late, in packets.
const QUEUE: &str = "65536";

/// The highest bit rate of the sound.
const MAX_BITS_OF_SOUND: u64 = 128_000;

/// A file of this many bytes is not made smaller by more work.
const SMALL: u64 = 64 * 1024;

/// A video to be encoded.
pub(super) struct Encode<'video> {
    pub(super) original: &'video Path,
    pub(super) probe: &'video Probe,
    pub(super) size: (u32, u32),
    /// The picture to lay over all frames.
    pub(super) overlay: Option<PathBuf>,
    /// The table of colours, if one is needed.
    pub(super) table: PathBuf,
    pub(super) sound: Option<&'video Track>,
    pub(super) subtitles: &'video [Track],
    pub(super) quality: VideoQuality,
    /// The file to write, which exists.
    pub(super) output: &'video Path,
    /// Where the overlay and the table are.
    pub(super) folder: &'video Path,
}

/// How much work is put into making a file small.
#[derive(Debug, Clone, Copy)]
struct Effort {
    /// A preset of x264.
    preset: &'static str,
    /// The constant rate factor of x264.
    rate_factor: u8,
    /// The most frames between two that can be shown without others. Players find these when they seek.
    keyframes: &'static str,
}

impl Encode<'_> {
    /// Encodes the video. If the result is larger than the original, as that of a screen recording may be, it is
    /// encoded once more, with more work and a lower quality.
    pub(super) async fn smaller_than_the_original(&self) -> Result<(), MediaError> {
        let first = Effort { preset: "veryfast", rate_factor: self.quality.rate_factor(), keyframes: "250" };
        self.with_subtitles_if_possible(first).await?;
        let (made, original) = (bytes(self.output).await?, bytes(self.original).await?);
        match less(first.rate_factor, made, original) {
            Some(rate_factor) if made > SMALL => {
                let second = Effort { preset: "medium", rate_factor, keyframes: "600" };
                self.with_subtitles_if_possible(second).await
            }
            _ => Ok(()),
        }
    }

    /// Whether the result has the size of the original, no watermark, and at least nine tenths of the bytes.
    pub(super) async fn is_like_the_original(&self) -> Result<bool, MediaError> {
        let is_as_large = self.probe.even_size(u32::MAX) == self.size && self.overlay.is_none();
        Ok(is_as_large && bytes(self.output).await? >= bytes(self.original).await? / 10 * 9)
    }

    /// Broken subtitles are left out.
    async fn with_subtitles_if_possible(&self, effort: Effort) -> Result<(), MediaError> {
        match self.run(effort, self.subtitles).await {
            Err(MediaError::Unusable(_)) if !self.subtitles.is_empty() => self.run(effort, &[]).await,
            done => done,
        }
    }

    async fn run(&self, effort: Effort, subtitles: &[Track]) -> Result<(), MediaError> {
        let all = self.command(effort, subtitles);
        program::run(&FFMPEG, &all, Files::and(self.original, self.folder).into(self.output), limits(self.probe))
            .await
            .map(drop)
    }

    fn command(&self, effort: Effort, subtitles: &[Track]) -> Vec<OsString> {
        let threads = available_parallelism().map_or(1, |count| count.get().min(4)).to_string();
        let mut all =
            arguments([&"-nostdin", &"-v", &"error", &"-filter_complex_threads", &"1", &"-threads", &threads]);
        all.extend(input(self.original));
        if let Some(overlay) = &self.overlay {
            all.extend(arguments([&"-f", &"png_pipe", &"-i", overlay]));
        }
        all.extend(arguments([&"-filter_complex", &self.filters(), &"-map", &"[shown]"]));
        all.extend(self.sound_and_subtitles(subtitles));
        all.extend(arguments([&"-map_metadata", &"-1", &"-map_chapters", &"-1", &"-dn"]));
        let (crf, bits) = (effort.rate_factor.to_string(), most_bits(self.size));
        let (most, buffer) = (bits.to_string(), (bits * 2).to_string());
        all.extend(arguments([&"-c:v", &"libx264", &"-preset", &effort.preset, &"-crf", &crf, &"-threads", &threads]));
        all.extend(arguments([&"-g", &effort.keyframes, &"-maxrate", &most, &"-bufsize", &buffer]));
        all.extend(arguments([&"-color_primaries", &"bt709", &"-color_trc", &"bt709", &"-colorspace", &"bt709"]));
        all.extend(arguments([&"-color_range", &"tv"]));
        if let Some(seconds) = self.probe.duration_seconds.filter(|_| self.probe.duration_is_exact) {
            // The end of the last frame is unknown, and would be estimated.
            all.extend(arguments([&"-t", &format!("{seconds:.3}")]));
        }
        all.extend(arguments([&"-max_muxing_queue_size", &QUEUE]));
        all.extend(arguments([&"-movflags", &"+faststart", &"-f", &"mp4", &"-y", &self.output]));
        all
    }

    fn filters(&self) -> String {
        let Probe { stream, fields, frame_rate, colour, .. } = self.probe;
        let frames = colour.filters(self.size, Target::Video, &self.table);
        let frames = format!("[0:{stream}]{}{frames},{},setsar=1", fields.filter(), frame_rate.filter());
        if self.overlay.is_none() {
            return format!("{frames},{BT709}[shown]");
        }
        // The single picture of the second input is repeated for every frame of the first.
        let mark = format!("[1:v:0]scale={EXACT}:out_color_matrix=bt709:out_range=limited,format=yuva420p[mark]");
        format!("{frames}[video];{mark};[video][mark]overlay=format=auto,format=yuv420p,{BT709}[shown]")
    }

    fn sound_and_subtitles(&self, subtitles: &[Track]) -> Vec<OsString> {
        let mut all = Vec::new();
        let mut map = |track: &Track, kind: &str, number: usize| {
            all.extend(arguments([&"-map", &format!("0:{}", track.index)]));
            if let Some(language) = &track.language {
                let (option, language) = (format!("-metadata:s:{kind}:{number}"), format!("language={language}"));
                all.extend(arguments([&option, &language]));
            }
        };
        if let Some(sound) = self.sound {
            map(sound, "a", 0);
        }
        subtitles.iter().enumerate().for_each(|(number, track)| map(track, "s", number));
        if let Some(sound) = self.sound {
            // Pauses are filled with silence, so that sound and picture stay together.
            let fill = "aresample=async=1:first_pts=0";
            let bits = bits_of_sound(sound.bit_rate, MAX_BITS_OF_SOUND).to_string();
            all.extend(arguments([&"-af", &fill, &"-c:a", &"aac", &"-b:a", &bits, &"-ac", &"2", &"-ar", &"48000"]));
        }
        if !subtitles.is_empty() {
            all.extend(arguments([&"-c:s", &"mov_text"]));
        }
        all
    }
}

/// The rate factor with which a video becomes about as large as its original; none if it is not larger. The size halves
/// with every six steps.
fn less(rate_factor: u8, made: u64, original: u64) -> Option<u8> {
    let mut steps = 0;
    let (mut size, times) = (made.saturating_mul(100), 89);
    while size > original.saturating_mul(100) && steps < 12 {
        // A step saves a ninth.
        size = size / 100 * times;
        steps += 1;
    }
    (steps > 0).then_some(rate_factor.saturating_add(steps))
}

async fn bytes(file: &Path) -> Result<u64, MediaError> {
    Ok(tokio::fs::metadata(file).await.context("a video cannot be read")?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_grown_is_compressed_more() {
        assert_eq!(less(23, 1000, 1000), None);
        assert_eq!(less(23, 1100, 1000), Some(24));
        assert_eq!(less(23, 2000, 1000), Some(29));
        assert_eq!(less(23, u64::MAX, 1), Some(35));
    }
}
