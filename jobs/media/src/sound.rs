//! Makes of a recording what plays everywhere: AAC in an MP4 that can be played while it is loading.

use super::{
    MediaError,
    probe::{self, FFMPEG, input},
    program::{self, Files, Limits, absolute, arguments},
    video::{Tracks, bits_of_sound},
};
use anyhow::Context;
use std::{ffi::OsString, path::Path, time::Duration};

/// The largest file that may be written, in bytes: more than a week of sound.
const MAX_OUTPUT: u64 = 32 * 1024 * 1024 * 1024;

/// The longest time for encoding a recording, in seconds.
const MAX_SECONDS: f64 = 12.0 * 3600.0;

/// Encodes the main sound of a recording into the file `output`, with at most so many kilobits a second.
pub async fn sound(original: &Path, kilobits: u32, output: &Path) -> Result<(), MediaError> {
    let original = absolute(original)?;
    let output = std::path::absolute(output).context("the output has no path")?;
    let told = probe::ask(&original).await?;
    let tracks = Tracks::of(told["streams"].as_array().map(Vec::as_slice).unwrap_or_default());
    let Some(track) = tracks.sound(&original).await? else {
        return Err(MediaError::unusable(
            "The recording is encoded in a way that cannot be decoded here, or it is protected. Export it as MP3 or M4A.",
        ));
    };
    let bits = bits_of_sound(track.bit_rate, u64::from(kilobits) * 1000);
    tokio::fs::File::create(&output).await.context("the sound cannot be written")?;
    let limits = limits(probe::playing_time(&told));
    program::run(&FFMPEG, &command(&original, track.index, bits, &output), Files::of(&original).into(&output), limits)
        .await?;
    // Of a recording without sound, `ffmpeg` makes an empty file and reports no error.
    match probe::ask(&output).await {
        Ok(made) if probe::playing_time(&made).is_some() => Ok(()),
        Ok(_) | Err(MediaError::Unusable(_)) => Err(MediaError::unusable("The recording has no sound.")),
        Err(failed) => Err(failed),
    }
}

fn command(original: &Path, stream: u64, bits: u64, output: &Path) -> Vec<OsString> {
    let mut all = arguments([&"-nostdin", &"-v", &"error", &"-threads", &"1"]);
    all.extend(input(original));
    all.extend(arguments([&"-map", &format!("0:{stream}"), &"-map_metadata", &"-1", &"-map_chapters", &"-1"]));
    // What is damaged, or begins late, leaves no gap.
    all.extend(arguments([&"-af", &"asetpts=N/SR/TB", &"-c:a", &"aac", &"-b:a", &bits.to_string()]));
    all.extend(arguments([&"-ac", &"2", &"-ar", &"48000"]));
    // The format of M4A, as that of MP4, of which it is one.
    all.extend(arguments([&"-movflags", &"+faststart", &"-f", &"ipod", &"-y", &output]));
    all
}

/// The limits: ten minutes, and the duration of the recording. It is encoded many times as fast as it plays.
fn limits(duration: Option<f64>) -> Limits {
    let seconds = (duration.unwrap_or(MAX_SECONDS) + 600.0).min(MAX_SECONDS);
    let timeout = Duration::from_secs_f64(seconds);
    Limits { cpu_seconds: timeout.as_secs(), timeout, file_bytes: MAX_OUTPUT }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{scratch::scratch, test_files::made_by};
    use serde_json::Value;

    async fn made(original: &Path, kilobits: u32) -> Result<(Value, Vec<u8>), MediaError> {
        let folder = scratch().unwrap();
        let output = folder.path().join("sound.m4a");
        sound(original, kilobits, &output).await?;
        Ok((probe::ask(&output).await.unwrap(), std::fs::read(&output).unwrap()))
    }

    fn rate(made: &Value) -> u64 {
        made["streams"][0]["bit_rate"].as_str().unwrap().parse().unwrap()
    }

    #[tokio::test]
    async fn every_recording_becomes_aac_that_begins_at_once_and_tells_nothing() {
        let noise = "-v error -f lavfi -i anoisesrc=duration=3:sample_rate=44100 -metadata title=Secret -ac";
        for (channels, extension) in [(1, ".mp3"), (2, ".flac"), (6, ".ogg"), (2, ".wav"), (2, ".mka"), (2, ".aac")] {
            let original = made_by("ffmpeg", &format!("{noise} {channels} -y %"), extension);
            let (told, bytes) = made(&original, 128).await.unwrap();
            let stream = &told["streams"][0];
            assert_eq!((&stream["codec_name"], &stream["channels"]), (&"aac".into(), &2.into()), "{extension}");
            let seconds = probe::playing_time(&told).unwrap();
            assert!((2.9..3.2).contains(&seconds), "{extension}: {seconds}");
            assert!(rate(&told) < 150_000, "{extension}: {told}");
            let place = |atom: &[u8]| bytes.windows(4).position(|part| part == atom).unwrap();
            assert!(place(b"moov") < place(b"mdat"), "{extension}");
            assert!(!told.to_string().contains("Secret"), "{extension}: {told}");
            assert_eq!(told["streams"].as_array().unwrap().len(), 1, "{extension}");
        }
    }

    #[tokio::test]
    async fn the_rate_is_that_of_the_configuration_and_not_more_than_that_of_the_original() {
        let noise = "-v error -f lavfi -i anoisesrc=duration=3:sample_rate=48000 -ac 2";
        let large = made_by("ffmpeg", &format!("{noise} -y %"), ".wav");
        let small = made_by("ffmpeg", &format!("{noise} -b:a 64k -y %"), ".mp3");
        let [high, low, kept] = [(&large, 256), (&large, 64), (&small, 256)];
        let rates = [rate(&made(high.0, high.1).await.unwrap().0), rate(&made(low.0, low.1).await.unwrap().0)];
        assert!(rates[0] > 200_000 && rates[1] < 90_000, "{rates:?}");
        assert!(rate(&made(kept.0, kept.1).await.unwrap().0) < 90_000);
    }

    #[tokio::test]
    async fn what_cannot_be_heard_is_refused_with_a_reason() {
        let empty = made_by("ffmpeg", "-v error -f lavfi -i anullsrc=sample_rate=48000 -t 0 -y %", ".wav");
        let picture = made_by("ffmpeg", "-v error -f lavfi -i testsrc2=size=64x48:duration=1 -y %", ".mkv");
        for original in [&empty, &picture] {
            let Err(MediaError::Unusable(reason)) = made(original, 128).await else { panic!("it was made") };
            assert!(reason.starts_with("The recording"), "{reason}");
        }
    }
}
