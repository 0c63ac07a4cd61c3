//! Renders still pictures of any original.

use super::{
    MediaError, ProxySpec, Rendered, WatermarkImage,
    decoded::Decoded,
    heif, jpeg, pdf, probe,
    program::absolute,
    raster,
    render::render,
    tiff::{self, Converted, Opened},
    video::still,
    words,
};
use anyhow::anyhow;
use image::{ImageFormat, metadata::Orientation};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// Renders pictures of an image, of the first page of a PDF, or of a frame of a video. Decoding runs on a blocking
/// thread or in a process of its own.
pub async fn pictures(
    original: &Path,
    media_type: &str,
    wanted: Vec<ProxySpec>,
    mark: Option<Arc<WatermarkImage>>,
) -> Result<Rendered, MediaError> {
    if mark.is_none() && wanted.iter().any(|wanted| wanted.rendition.watermarked) {
        return Err(anyhow!("a watermark is wanted, and there is none").into());
    }
    let original = absolute(original)?;
    let longest_edge = wanted.iter().map(|wanted| wanted.longest_edge).max().unwrap_or(1);
    let draw = move |decoded: Decoded| render(decoded, &wanted, mark.as_deref());
    let format = match media_type {
        "image/jpeg" => return blocking(move || draw(jpeg::open(&original, longest_edge)?)).await,
        "image/png" => ImageFormat::Png,
        "image/webp" => ImageFormat::WebP,
        "image/gif" => ImageFormat::Gif,
        "image/tiff" => return draw_tiff(original, draw).await,
        "image/heif" | "image/heic" | "image/avif" => {
            let converted = heif::to_png(&original).await?;
            let open = move || raster::open_in(&converted.png, ImageFormat::Png, converted.space.clone());
            return blocking(move || draw(as_shown(open()?))).await;
        }
        "application/pdf" => {
            let (_folder, ppm) = pdf::to_ppm(&original, longest_edge).await?;
            return blocking(move || draw(raster::open(&ppm, ImageFormat::Pnm)?)).await;
        }
        video if video.starts_with("video/") => {
            let probe = probe::probe(&original).await?;
            let (_folder, ppm) = still(&original, &probe, longest_edge).await?;
            let (width, height) = (probe.width, probe.height);
            let made =
                blocking(move || draw(Decoded { width, height, ..raster::open(&ppm, ImageFormat::Pnm)? })).await?;
            return Ok(Rendered { duration_seconds: probe.duration_seconds, ..made });
        }
        other => {
            return Err(MediaError::unusable(format!(
                "Previews of {other} cannot be made; those of JPEG, PNG, WebP, GIF, TIFF, HEIC, AVIF, PDF and videos can."
            )));
        }
    };
    blocking(move || draw(raster::open(&original, format)?)).await
}

/// Decodes a TIFF here, or else by a program, and draws it.
async fn draw_tiff(
    original: PathBuf,
    draw: impl FnOnce(Decoded) -> Result<Rendered, MediaError> + Send + 'static,
) -> Result<Rendered, MediaError> {
    let path = original.clone();
    let (orientation, profile, copy) = match blocking(move || tiff::open(&path)).await? {
        Opened::Decoded(decoded) => return blocking(move || draw(decoded)).await,
        Opened::ForProgram { orientation, profile, copy } => (orientation, profile, copy),
    };
    let source = copy.as_ref().map_or(&original, |(_folder, copy)| copy);
    let Converted { png, warning, _folder } = tiff::to_png(source).await?;
    blocking(move || draw(Decoded { orientation, profile, warning, ..raster::open(&png, ImageFormat::Png)? })).await
}

/// Removes the orientation, which the program has already applied.
fn as_shown(decoded: Decoded) -> Decoded {
    Decoded { orientation: Orientation::NoTransforms, ..decoded }
}

/// Runs work on a blocking thread. A panic of a decoder is an error of the file, and does not end the worker.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, MediaError> + Send + 'static,
) -> Result<T, MediaError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => Err(words::damaged("file", &error)),
        Err(error) => Err(anyhow::Error::new(error).into()),
    }
}

#[cfg(test)]
mod tests;
