//! Renders videos that play everywhere: H.264 and AAC in an MP4 that can be played while it is loading.

use super::{
    MediaError, ProxySpec, RenderedVideo, WatermarkImage,
    probe::{Probe, probe},
    program::{Limits, absolute},
    scratch::scratch,
};
use anyhow::Context;
use domain::VideoQuality;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

mod colour;
mod encode;
mod fields;
mod frames;
mod lut;
mod rate;
mod still;
mod tracks;

pub(super) use colour::{Colour, Target};
pub(super) use fields::Fields;
pub use frames::frames;
pub(super) use rate::{FrameRate, bits_of_sound};
pub(super) use still::still;
pub(super) use tracks::Tracks;

use encode::Encode;

/// The largest video that may be written, in bytes.
const MAX_OUTPUT: u64 = 16 * 1024 * 1024 * 1024;

/// The longest time for rendering a video, in seconds.
const MAX_SECONDS: f64 = 12.0 * 3600.0;

/// The longest video that is rendered, in seconds. Where nothing changes for days, a few frames would become millions.
const MAX_PLAYING_SECONDS: f64 = 24.0 * 3600.0;

/// Renders a smaller version of a video to the file `output`.
pub async fn video(
    original: &Path,
    wanted: &ProxySpec,
    mark: Option<Arc<WatermarkImage>>,
    quality: VideoQuality,
    output: &Path,
) -> Result<RenderedVideo, MediaError> {
    let original = absolute(original)?;
    let output = std::path::absolute(output).context("the output has no path")?;
    let probed = probe(&original).await?;
    if probed.duration_is_exact && probed.duration_seconds.is_some_and(|seconds| seconds > MAX_PLAYING_SECONDS) {
        return Err(MediaError::unusable("The video plays for longer than a day. Cut it into shorter ones."));
    }
    let size = probed.even_size(wanted.size);
    let folder = scratch()?;
    let overlay = overlay(wanted, mark, size, folder.path()).await?;
    let table = probed.colour.write_table(folder.path()).await?;
    let sound = probed.tracks.sound(&original).await?;
    let subtitles = probed.tracks.subtitles.as_slice();
    let (original, output, folder) = (original.as_path(), output.as_path(), folder.path());
    tokio::fs::File::create(output).await.context("the video cannot be written")?;
    let encode = Encode { original, probe: &probed, size, overlay, table, sound, subtitles, quality, output, folder };
    encode.smaller_than_the_original().await?;
    // For a video without frames, `ffmpeg` writes an empty file and reports no error.
    match probe(output).await {
        Ok(Probe { duration_seconds: Some(_), .. }) => {
            let is_copy = probed.plays_everywhere && encode.is_like_the_original().await?;
            Ok(RenderedVideo { width: size.0, height: size.1, is_copy })
        }
        Ok(_) | Err(MediaError::Unusable(_)) => Err(MediaError::unusable("The video has no frames.")),
        Err(failed) => Err(failed),
    }
}

/// Whether a smaller version with this longest edge is as large in pixels as one with another.
pub async fn has_equal_sizes(original: &Path, one_edge: u32, other_edge: u32) -> Result<bool, MediaError> {
    let probed = probe(&absolute(original)?).await?;
    Ok(probed.even_size(one_edge) == probed.even_size(other_edge))
}

/// Draws the watermark as a picture to lay over all frames; none if the proxy has none.
async fn overlay(
    wanted: &ProxySpec,
    mark: Option<Arc<WatermarkImage>>,
    (width, height): (u32, u32),
    folder: &Path,
) -> Result<Option<PathBuf>, MediaError> {
    if !wanted.rendition.watermarked {
        return Ok(None);
    }
    let mark = mark.context("a watermark is wanted, and there is none")?;
    let drawn = tokio::task::spawn_blocking(move || mark.overlay(width, height)).await;
    let drawn = drawn.context("the watermark cannot be drawn")??;
    let overlay = folder.join("mark.png");
    tokio::fs::write(&overlay, drawn).await.context("the watermark cannot be written")?;
    Ok(Some(overlay))
}

/// The limits: ten minutes, and twenty times the duration of the video.
fn limits(probe: &Probe) -> Limits {
    let seconds = probe.duration_seconds.unwrap_or(3600.0).mul_add(20.0, 600.0).min(MAX_SECONDS);
    let timeout = Duration::from_secs_f64(seconds);
    Limits { cpu_seconds: timeout.as_secs() * 2, timeout, file_bytes: MAX_OUTPUT }
}

#[cfg(test)]
mod tests;
