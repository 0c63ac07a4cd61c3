//! Extracts a still frame, the poster of a video.

use super::colour::Target;
use crate::{
    MediaError,
    limits::fit,
    probe::{FFMPEG, Probe, input},
    program::{self, Files, Limits, absolute, arguments},
    scratch::scratch,
};
use image::ImageReader;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// For the first attempt.
pub(super) const STILL: Limits = Limits::seconds(120, 1_000_000_000);

/// For each further attempt.
const FURTHER: Limits = Limits::seconds(30, 1_000_000_000);

/// Where frames are looked for, as shares of the duration, until one shows something.
const PLACES: [f64; 6] = [0.1, 0.3, 0.5, 0.7, 0.9, 0.0];

/// Where frames are looked for if the duration is not known, in seconds.
pub(super) const SECONDS: [f64; 4] = [0.0, 5.0, 20.0, 60.0];

/// The first place is at most this far from the beginning, in seconds.
const FIRST: f64 = 10.0;

/// A picture shows nothing if its values differ by less than this, leaving out a fiftieth at each end.
const CONTRAST: u8 = 24;

/// Extracts a typical frame with this longest edge as a PPM in a temporary folder, which is deleted when it is dropped.
///
/// A frame may be black or blank, at the beginning or in a fade. Then frames at other places are tried, and the one
/// with the most contrast is taken.
pub(crate) async fn still(original: &Path, probe: &Probe, longest_edge: u32) -> Result<(TempDir, PathBuf), MediaError> {
    let (original, folder) = (absolute(original)?, scratch()?);
    let table = probe.colour.write_table(folder.path()).await?;
    let size = fit(probe.width, probe.height, longest_edge);
    // The most typical of some frames is chosen.
    let colours = probe.colour.filters(size, Target::Rgb, &table);
    let filters = format!("{}{colours},setsar=1,thumbnail=24", probe.fields.filter());
    let (mut best, mut refusal): (Option<(u8, PathBuf)>, _) = (None, None);
    for (attempt, from) in places(probe.duration_seconds).into_iter().enumerate() {
        let ppm = folder.path().join(format!("{attempt}.ppm"));
        let all = command(&original, probe.stream, from, &filters, &ppm);
        match program::run(
            &FFMPEG,
            &all,
            Files::and(&original, folder.path()),
            if attempt == 0 { STILL } else { FURTHER },
        )
        .await
        {
            Ok(_) => {}
            // Another part of the file may be intact.
            Err(error @ MediaError::Unusable(_)) => refusal = refusal.or(Some(error)),
            Err(error) => return Err(error),
        }
        let Some(contrast) = contrast_of(ppm.clone()).await else { continue };
        if best.as_ref().is_none_or(|(most, _)| contrast > *most) {
            best = Some((contrast, ppm));
        }
        if contrast >= CONTRAST {
            break;
        }
    }
    match best {
        Some((_, ppm)) => Ok((folder, ppm)),
        None => Err(refusal.unwrap_or_else(|| MediaError::unusable("The video has no frames."))),
    }
}

/// Where frames are looked for, in seconds.
fn places(duration_seconds: Option<f64>) -> Vec<f64> {
    match duration_seconds {
        // There are too few frames to leave some out.
        Some(seconds) if seconds < 0.5 => vec![0.0],
        Some(seconds) => {
            let mut places = PLACES.map(|place| place * seconds).to_vec();
            places[0] = places[0].min(FIRST);
            places
        }
        None => SECONDS.to_vec(),
    }
}

pub(super) fn command(original: &Path, stream: u64, from: f64, filters: &str, ppm: &Path) -> Vec<std::ffi::OsString> {
    let mut all = arguments([&"-nostdin", &"-v", &"error", &"-threads", &"2"]);
    // Looking for the beginning would lead past it, where the first stream has no index.
    if from > 0.0 {
        all.extend(arguments([&"-ss", &format!("{from:.3}")]));
    }
    all.extend(input(original));
    let stream = format!("0:{stream}");
    all.extend(arguments([&"-map", &stream, &"-vf", &filters, &"-frames:v", &"1", &"-c:v", &"ppm"]));
    all.extend(arguments([&"-f", &"image2", &"-update", &"1", &"-y", &ppm]));
    all
}

/// By how much the values of a picture differ; none if there is no picture.
async fn contrast_of(ppm: PathBuf) -> Option<u8> {
    let read = move || ImageReader::open(ppm).ok()?.decode().ok();
    let picture = tokio::task::spawn_blocking(read).await.ok()??.into_rgb8();
    let mut counts = [[0_u32; 256]; 3];
    for pixel in picture.pixels() {
        counts.iter_mut().zip(pixel.0).for_each(|(counts, value)| counts[usize::from(value)] += 1);
    }
    let few = picture.width() * picture.height() / 50;
    counts.iter().map(|counts| spread(counts, few)).max()
}

/// The difference between the values above and below which there are only a few.
fn spread(counts: &[u32; 256], few: u32) -> u8 {
    let low = counts.iter().position(beyond(few)).unwrap_or_default();
    let high = counts.iter().rposition(beyond(few)).unwrap_or_default();
    u8::try_from(high.saturating_sub(low)).unwrap_or(u8::MAX)
}

/// Whether more than a few pixels have had the values that were asked about.
fn beyond(few: u32) -> impl FnMut(&u32) -> bool {
    let mut seen = 0;
    move |count| {
        seen += count;
        seen > few
    }
}
