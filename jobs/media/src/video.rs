//! Renders videos that play everywhere: H.264 and AAC in an MP4 that can be played while it is loading.

use super::{
    MediaError, ProxySpec, RenderedVideo, WatermarkImage,
    probe::{FFMPEG, Probe, input, probe},
    program::{self, Limits, absolute, arguments},
    scratch::scratch,
};
use anyhow::Context;
use std::{ffi::OsString, path::Path, sync::Arc, thread::available_parallelism, time::Duration};

/// The largest video that may be written, in bytes.
const MAX_OUTPUT: u64 = 16 * 1024 * 1024 * 1024;

/// The longest time for rendering a video, in seconds.
const MAX_SECONDS: f64 = 12.0 * 3600.0;

/// Renders a smaller version of a video to the file `output`.
pub async fn video(
    original: &Path,
    wanted: &ProxySpec,
    mark: Option<Arc<WatermarkImage>>,
    output: &Path,
) -> Result<RenderedVideo, MediaError> {
    let original = absolute(original)?;
    let output = std::path::absolute(output).context("the output has no path")?;
    let probed = probe(&original).await?;
    let (width, height) = probed.even_size(wanted.longest_edge);
    let folder = scratch()?;
    let overlay = folder.path().join("mark.png");
    if wanted.rendition.watermarked {
        let mark = mark.context("a watermark is wanted, and there is none")?;
        let drawn = tokio::task::spawn_blocking(move || mark.overlay(width, height)).await;
        let drawn = drawn.context("the watermark cannot be drawn")??;
        tokio::fs::write(&overlay, drawn).await.context("the watermark cannot be written")?;
    }
    let overlay = wanted.rendition.watermarked.then_some(overlay.as_path());
    let all = command(&original, (width, height), overlay, &output);
    program::run(&FFMPEG, &all, &original, limits(&probed)).await?;
    // For a video without frames, `ffmpeg` writes an empty file and reports no error.
    match probe(&output).await {
        Ok(Probe { duration_seconds: Some(_), .. }) => Ok(RenderedVideo { width, height }),
        Ok(_) | Err(MediaError::Unusable(_)) => Err(MediaError::unusable("The video has no frames.")),
        Err(failed) => Err(failed),
    }
}

fn command(original: &Path, (width, height): (u32, u32), overlay: Option<&Path>, output: &Path) -> Vec<OsString> {
    let threads = available_parallelism().map_or(1, |count| count.get().min(4)).to_string();
    let scale = format!("[0:V:0]scale={width}:{height},setsar=1");
    let mut all = arguments([&"-nostdin", &"-v", &"error", &"-filter_complex_threads", &"1", &"-threads", &threads]);
    all.extend(input(original));
    // The single picture of the second input is repeated for every frame of the first.
    let filter = if let Some(overlay) = overlay {
        all.extend(arguments([&"-f", &"png_pipe", &"-i", &overlay]));
        format!("{scale}[video];[video][1:v:0]overlay=format=auto,format=yuv420p[shown]")
    } else {
        format!("{scale},format=yuv420p[shown]")
    };
    all.extend(arguments([&"-filter_complex", &filter, &"-map", &"[shown]", &"-map", &"0:a:0?", &"-dn", &"-sn"]));
    all.extend(arguments([&"-map_metadata", &"-1", &"-map_chapters", &"-1", &"-fpsmax", &"60"]));
    all.extend(arguments([&"-c:v", &"libx264", &"-preset", &"veryfast", &"-crf", &"23", &"-threads", &threads]));
    all.extend(arguments([&"-c:a", &"aac", &"-b:a", &"128k", &"-ac", &"2", &"-ar", &"48000"]));
    all.extend(arguments([&"-movflags", &"+faststart", &"-f", &"mp4", &"-y", &output]));
    all
}

/// The limits: ten minutes, and twenty times the duration of the video.
fn limits(probe: &Probe) -> Limits {
    let seconds = probe.duration_seconds.unwrap_or(3600.0).mul_add(20.0, 600.0).min(MAX_SECONDS);
    let timeout = Duration::from_secs_f64(seconds);
    Limits { cpu_seconds: timeout.as_secs() * 2, timeout, file_bytes: MAX_OUTPUT }
}

#[cfg(test)]
mod tests;
