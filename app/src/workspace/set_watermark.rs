//! The picture that links put on what they show.

use super::update_workspace::settings_changed;
use crate::{
    Error, MutationError, Services, UserErrorCode, Viewer,
    library::{discard, discard_if_failed},
};
use diesel_async::AsyncConnection;
use domain::{
    media::{MAX_METADATA_BYTES, check_scans},
    watermark::{Opacity, Placement, Unsuitable, check_size, check_visible},
};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use schema::{
    outbox, proxies,
    workspaces::{self, WatermarkChanges, Workspace},
};
use std::io::Cursor;
use storage::{Blob, StoredFile};
use tokio::sync::Semaphore;

/// Watermarks are decoded one after the other: each may take hundreds of megabytes.
static DECODER: Semaphore = Semaphore::const_new(1);

/// Everything of a watermark but its file, checked; what is left out stays as it is.
#[derive(Debug)]
pub struct WatermarkInput {
    opacity: Option<Opacity>,
    placement: Option<Placement>,
}

/// Checks what can be checked before the file arrives. The first time there must be a file. For administrators.
pub fn check_watermark(
    viewer: &Viewer,
    has_file: bool,
    opacity: Option<f64>,
    placement: Option<Placement>,
) -> Result<WatermarkInput, MutationError> {
    viewer.require_admin()?;
    if !has_file && viewer.workspace.watermark_file_id.is_none() {
        let message = "There is no watermark yet; send a PNG or JPEG.";
        return Err(MutationError::user(UserErrorCode::InvalidFile, &["file"], message));
    }
    let refuse = |error: String| MutationError::user(UserErrorCode::InvalidInput, &["opacity"], error);
    let opacity = opacity.map(Opacity::try_from).transpose().map_err(|error| refuse(error.to_string()))?;
    Ok(WatermarkInput { opacity, placement })
}

/// Sets or changes the watermark of links with the setting `watermark`. Such links show the old watermark until the new
/// pictures are made. A file that is refused is deleted.
pub async fn set_watermark(
    services: &Services,
    viewer: &Viewer,
    input: WatermarkInput,
    file: Option<StoredFile>,
) -> Result<Workspace, MutationError> {
    if let Some(file) = &file
        && let Err(error) = check_file(services, file).await
    {
        discard(services, file.id).await;
        return Err(error);
    }
    let changes = WatermarkChanges {
        watermark_file_id: file.as_ref().map(|file| file.id),
        watermark_opacity: input.opacity.map(Opacity::get),
        watermark_placement: input.placement.map(Placement::as_str),
    };
    let stored = store(services, viewer, &changes).await;
    if let Some(file) = file {
        discard_if_failed(services, file.id, &stored).await;
    }
    stored
}

/// Stores the watermark, and queues the jobs that replace the old one, in one transaction.
async fn store(services: &Services, viewer: &Viewer, changes: &WatermarkChanges) -> Result<Workspace, MutationError> {
    let id = viewer.workspace.id;
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let before = workspaces::get(conn, id).await?;
        let workspace = workspaces::set_watermark(conn, id, changes).await?;
        settings_changed(conn, viewer, &before, &workspace, services.now()).await?;
        proxies::retry_watermarked(conn, id).await?;
        outbox::push_outdated(conn, id).await?;
        Ok(workspace)
    })
    .await
}

async fn check_file(services: &Services, file: &StoredFile) -> Result<(), MutationError> {
    let bytes = services.storage.read_all(Blob::File(file.id)).await?;
    let permit = DECODER.acquire().await.map_err(Error::internal)?;
    let decoded = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        decode(&bytes)
    });
    let checked = match decoded.await {
        Err(error) if error.is_panic() => Err("The picture makes the decoder fail.".to_owned()),
        decoded => decoded.map_err(Error::internal)?,
    };
    checked.map_err(|reason| MutationError::user(UserErrorCode::InvalidFile, &["file"], reason))
}

/// Whether bytes are a picture that workers can draw; the error tells a person why not.
fn decode(bytes: &[u8]) -> Result<(), String> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err("A watermark is a PNG or a JPEG; this file is neither.".to_owned());
    }
    if reader.format() == Some(ImageFormat::Jpeg) {
        check_scans(bytes).map_err(|error| error.to_string())?;
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_METADATA_BYTES);
    reader.limits(limits);
    let refusal = |error| format!("The picture cannot be decoded: {error}.");
    let decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height).map_err(|error| error.to_string())?;
    let picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    is_visible(&picture).map_err(|error| error.to_string())
}

/// Whether anything is visible at 8 bits per channel, which is how the watermark is drawn.
fn is_visible(picture: &DynamicImage) -> Result<(), Unsuitable> {
    match picture {
        DynamicImage::ImageRgba8(pixels) => check_visible(pixels.pixels().map(|pixel| pixel.0[3])),
        DynamicImage::ImageLumaA8(pixels) => check_visible(pixels.pixels().map(|pixel| pixel.0[1])),
        other if other.color().has_alpha() => check_visible(other.to_rgba8().pixels().map(|pixel| pixel.0[3])),
        _ => Ok(()),
    }
}
