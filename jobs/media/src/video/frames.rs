//! Extracts frames from all parts of a video, for programs that look at them.

use super::{
    colour::Target,
    still::{SECONDS, STILL, command},
};
use crate::{
    MediaError,
    limits::fit,
    pictures::blocking,
    pixels::{Pixels, decode},
    probe::{FFMPEG, probe},
    program::{self, Files, absolute},
    scratch::scratch,
};
use anyhow::Context;
use image::ImageFormat;
use std::{path::Path, time::Duration};

/// How far apart frames are at least.
const APART: Duration = Duration::from_secs(2);

/// Up to so many frames with this longest edge, spread over the whole video. They exist in memory, and for a moment in a
/// temporary folder.
pub async fn frames(original: &Path, most: u32, longest_edge: u32) -> Result<Vec<Pixels>, MediaError> {
    let original = absolute(original)?;
    let (probe, folder) = (probe(&original).await?, scratch()?);
    let table = probe.colour.write_table(folder.path()).await?;
    let size = fit(probe.width, probe.height, longest_edge);
    let colours = probe.colour.filters(size, Target::Rgb, &table);
    // Among some frames, the most typical one is seldom blurred by a cut.
    let filters = format!("{}{colours},setsar=1,thumbnail=12", probe.fields.filter());
    let (mut found, mut refusal) = (Vec::new(), None);
    for from in places(probe.duration_seconds, most) {
        let ppm = folder.path().join("frame.ppm");
        let all = command(&original, probe.stream, from, &filters, &ppm);
        match program::run(&FFMPEG, &all, Files::and(&original, folder.path()), STILL).await {
            Ok(_) => {}
            // Another part of the file may be intact.
            Err(error @ MediaError::Unusable(_)) => {
                refusal = refusal.or(Some(error));
                continue;
            }
            Err(error) => return Err(error),
        }
        match tokio::fs::read(&ppm).await {
            Ok(bytes) => {
                found.push(blocking(move || decode(&bytes, ImageFormat::Pnm)).await?);
                tokio::fs::remove_file(&ppm).await.context("a frame cannot be deleted")?;
            }
            // The video ends before this place.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(anyhow::Error::new(error).context("a frame cannot be read").into()),
        }
    }
    match refusal {
        Some(error) if found.is_empty() => Err(error),
        None if found.is_empty() => Err(MediaError::unusable("The video has no frames.")),
        _ => Ok(found),
    }
}

/// In seconds: the middles of equal parts, of which a short video has fewer.
fn places(duration_seconds: Option<f64>, most: u32) -> Vec<f64> {
    let Some(seconds) = duration_seconds else { return SECONDS.to_vec() };
    let count = (1..most).find(|count| f64::from(count + 1) * APART.as_secs_f64() > seconds).unwrap_or(most);
    (0..count).map(|part| (f64::from(part) + 0.5) * seconds / f64::from(count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_spread_over_the_whole_video() {
        assert_eq!(places(Some(80.0), 8), [5.0, 15.0, 25.0, 35.0, 45.0, 55.0, 65.0, 75.0]);
        assert_eq!(places(Some(0.1), 8), [0.05]);
        assert_eq!(places(Some(5.0), 8), [1.25, 3.75]);
        assert_eq!(places(Some(3600.0), 1), [1800.0]);
        assert_eq!(places(None, 8), SECONDS);
    }
}
