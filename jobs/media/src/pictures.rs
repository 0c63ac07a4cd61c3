//! Renders still pictures of any original: of a recording, its cover.

use super::{
    MediaError, ProxySpec, Rendered, WatermarkImage, bitmap, cover,
    decoded::Decoded,
    heif, jpeg, jpeg2000, jxl, pdf,
    placeholder::LONGEST_EDGE,
    probe,
    program::absolute,
    psd, raster,
    raw::{self, Raw},
    render::render,
    scratch::with_same_folders,
    svg,
    tiff::{self, Converted, Opened},
    video::still,
    words,
};
use anyhow::anyhow;
use domain::media::is_raw;
use image::ImageFormat;
use std::{
    borrow::Cow,
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
    if media_type.starts_with("audio/") {
        return cover::render(&original, wanted, mark).await;
    }
    let longest_edge = wanted.iter().map(|wanted| wanted.size).max().unwrap_or(LONGEST_EDGE);
    let draw = move |decoded: Decoded| render(decoded, &wanted, mark.as_deref());
    let format = match media_type {
        "image/jpeg" => return blocking(move || draw(jpeg::open(&original, longest_edge)?)).await,
        "image/png" => ImageFormat::Png,
        "image/webp" => ImageFormat::WebP,
        "image/gif" => ImageFormat::Gif,
        tiff if tiff == "image/tiff" || is_raw(tiff) => {
            let path = original.clone();
            return match blocking(move || raw::find(&path)).await? {
                Some(raw) => draw_raw(raw, original, longest_edge, draw).await,
                None => draw_tiff(original, draw).await,
            };
        }
        "image/bmp" => return blocking(move || draw(bitmap::open(&original)?)).await,
        "image/vnd.microsoft.icon" | "image/x-win-bitmap" => {
            return blocking(move || draw(bitmap::open_icon(&original)?)).await;
        }
        "image/jxl" => {
            let converted = jxl::to_png(&original).await?;
            return blocking(move || draw(converted.open()?)).await;
        }
        "image/jp2" | "image/jpx" | "image/j2c" => {
            let converted = jpeg2000::to_png(&original, longest_edge).await?;
            return blocking(move || draw(converted.open()?)).await;
        }
        "image/vnd.adobe.photoshop" => return blocking(move || draw(psd::open(&original)?)).await,
        "image/svg+xml" | "image/svg+xml-compressed" => {
            let drawn = svg::to_png(&original, longest_edge).await?;
            let size = drawn.size;
            let made = blocking(move || draw(drawn.open()?)).await?;
            let (width, height) = size.unwrap_or((made.width, made.height));
            return Ok(Rendered { width, height, ..made });
        }
        "image/heif" | "image/heic" | "image/avif" => {
            let converted = heif::to_png(&original).await?;
            return blocking(move || draw(converted.open()?)).await;
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
                "Previews of {other} cannot be made. Save it as a JPEG, PNG, TIFF, SVG or PDF."
            )));
        }
    };
    blocking(move || draw(raster::open(&original, format)?)).await
}

/// The placeholder of a picture; see [`Rendered::placeholder`].
pub async fn placeholder(picture: &Path, media_type: &str) -> Result<Vec<u8>, MediaError> {
    Ok(pictures(picture, media_type, Vec::new(), None).await?.placeholder)
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
    blocking(move || {
        draw(Decoded {
            orientation,
            profile,
            warning: warning.map(Cow::Borrowed),
            ..raster::open(&png, ImageFormat::Png)?
        })
    })
    .await
}

/// Draws the preview of a raw file, or its picture if that is an ordinary one.
async fn draw_raw(
    raw: Raw,
    original: PathBuf,
    longest_edge: u32,
    draw: impl FnOnce(Decoded) -> Result<Rendered, MediaError> + Clone + Send + 'static,
) -> Result<Rendered, MediaError> {
    if raw.is_developed {
        match draw_tiff(original.clone(), draw.clone()).await {
            Err(MediaError::Unusable(_)) if raw.has_preview() => {}
            drawn => return drawn,
        }
    }
    blocking(move || {
        let (decoded, (width, height)) = raw.decode(&original, longest_edge)?;
        Ok(Rendered { width, height, ..draw(decoded)? })
    })
    .await
}

/// Runs work on a blocking thread. A panic of a decoder is an error of the file, and does not end the worker.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, MediaError> + Send + 'static,
) -> Result<T, MediaError> {
    match tokio::task::spawn_blocking(with_same_folders(work)).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => Err(words::damaged("file", &error)),
        Err(error) => Err(anyhow::Error::new(error).into()),
    }
}

#[cfg(test)]
mod animations;
#[cfg(test)]
mod tests;
