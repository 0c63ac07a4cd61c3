//! The pictures that administrators give a workspace: what is taken, and how it is checked.

use crate::{Error, MutationError, Services, UserErrorCode};
use domain::{
    media::{MAX_METADATA_BYTES, check_scans},
    watermark::{Unsuitable, check_size, check_visible},
};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use storage::{Blob, StoredFile};
use tokio::sync::Semaphore;

/// Pictures are decoded one after the other: each may take hundreds of megabytes.
static DECODER: Semaphore = Semaphore::const_new(1);

/// Decodes a stored picture, and hands it on to `then`, outside of the async threads. Refused: what is no PNG or JPEG, what
/// is too large, and what nobody could see.
pub(super) async fn decoded<T: Send + 'static>(
    services: &Services,
    file: &StoredFile,
    then: impl FnOnce(DynamicImage) -> Result<T, String> + Send + 'static,
) -> Result<T, MutationError> {
    let bytes = services.storage.read_all(Blob::File(file.id)).await?;
    let permit = DECODER.acquire().await.map_err(Error::internal)?;
    let decoded = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        decode(&bytes).and_then(then)
    });
    let checked = match decoded.await {
        Err(error) if error.is_panic() => Err("The picture makes the decoder fail.".to_owned()),
        decoded => decoded.map_err(Error::internal)?,
    };
    checked.map_err(|reason| MutationError::user(UserErrorCode::InvalidFile, &["file"], reason))
}

/// The picture in these bytes, upright; the error tells a person why there is none.
fn decode(bytes: &[u8]) -> Result<DynamicImage, String> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err("Send a PNG or a JPEG; this file is neither.".to_owned());
    }
    if reader.format() == Some(ImageFormat::Jpeg) {
        check_scans(bytes).map_err(|error| error.to_string())?;
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_METADATA_BYTES);
    reader.limits(limits);
    let refusal = |error| format!("The picture cannot be decoded: {error}.");
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height).map_err(|error| error.to_string())?;
    let orientation = decoder.orientation().map_err(refusal)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    is_visible(&picture).map_err(|error| error.to_string())?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Whether anything is visible at 8 bits per channel, which is how it is shown.
fn is_visible(picture: &DynamicImage) -> Result<(), Unsuitable> {
    match picture {
        DynamicImage::ImageRgba8(pixels) => check_visible(pixels.pixels().map(|pixel| pixel.0[3])),
        DynamicImage::ImageLumaA8(pixels) => check_visible(pixels.pixels().map(|pixel| pixel.0[1])),
        other if other.color().has_alpha() => check_visible(other.to_rgba8().pixels().map(|pixel| pixel.0[3])),
        _ => Ok(()),
    }
}
