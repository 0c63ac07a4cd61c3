//! `setWatermark`.

use super::payloads::WorkspacePayload;
use crate::{
    context,
    errors::{UserError, UserErrorCode},
    types::{enums::WatermarkPlacement, workspace::Workspace},
    upload::{self, Bound, Upload},
};
use app::{
    Error, Services,
    library::{discard, discard_if_failed},
};
use async_graphql::{Context, InputObject, Object};
use diesel_async::AsyncConnection;
use domain::{
    media::{MAX_BESIDE, check_scans},
    watermark::{MAX_BYTES, Opacity, Placement, Unsuitable, check_size, check_visible},
};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use schema::{
    outbox, proxies,
    workspaces::{self, WatermarkChanges},
};
use std::io::Cursor;
use storage::{Blob, StoredFile};
use tokio::sync::Semaphore;

/// Watermarks are decoded one after the other: each may take hundreds of megabytes.
static TURNS: Semaphore = Semaphore::const_new(1);

#[derive(Default)]
pub(super) struct SetWatermark;

/// What is left out stays as it is; the first time there must be a file.
#[derive(InputObject)]
struct SetWatermarkInput {
    /// A PNG or JPEG of at most 2 MB and 40 megapixels, 8,000 on an edge. Transparent parts stay transparent.
    file: Option<Upload>,
    /// How much of a picture it hides: more than 0 (nothing) and at most 1 (all below it). 0.5 at first.
    opacity: Option<f64>,
    /// In the middle at first.
    placement: Option<WatermarkPlacement>,
}

#[Object]
impl SetWatermark {
    /// Sets or changes the picture that links with the setting `watermark` put on what they show. Links that have it
    /// already go on with the one before, until the pictures with the new one are made. For administrators.
    async fn set_watermark(&self, ctx: &Context<'_>, input: SetWatermarkInput) -> Result<WorkspacePayload, Error> {
        let (services, viewer) = (context::services(ctx), context::admin(ctx)?);
        if input.file.is_none() && viewer.workspace.watermark_file_id.is_none() {
            let message = "There is no watermark yet; send a PNG or JPEG.";
            return Ok(WorkspacePayload::refused(vec![UserError::new(UserErrorCode::InvalidFile, &["file"], message)]));
        }
        let opacity = match input.opacity.map(Opacity::try_from).transpose() {
            Ok(opacity) => opacity,
            Err(error) => {
                let refusal = UserError::new(UserErrorCode::InvalidInput, &["opacity"], error.to_string());
                return Ok(WorkspacePayload::refused(vec![refusal]));
            }
        };
        let file = match input.file {
            None => None,
            Some(upload) => match receive(ctx, upload).await? {
                Ok(file) => Some(file),
                Err(refusal) => return Ok(WorkspacePayload::refused(vec![refusal])),
            },
        };
        let changes = WatermarkChanges {
            watermark_file_id: file.as_ref().map(|file| file.id),
            watermark_opacity: opacity.map(Opacity::get),
            watermark_placement: input.placement.map(|placement| Placement::from(placement).as_str()),
        };
        let stored = store(ctx, &changes).await;
        if let Some(file) = file {
            discard_if_failed(services, file.id, &stored).await;
        }
        Ok(WorkspacePayload::done(Workspace(stored?)))
    }
}

/// One transaction: the watermark, and the work of putting it where the one before is.
async fn store(ctx: &Context<'_>, changes: &WatermarkChanges) -> Result<workspaces::Workspace, Error> {
    let id = context::viewer(ctx)?.workspace.id;
    let mut conn = context::connection(ctx).await?;
    conn.transaction(async |conn| {
        let workspace = workspaces::set_watermark(conn, id, changes).await?;
        proxies::retry_watermarked(conn, id).await?;
        outbox::push_outdated(conn, id).await?;
        Ok(workspace)
    })
    .await
}

/// Takes the file of a watermark, if it can be one; else nothing is left of it.
async fn receive(ctx: &Context<'_>, upload: Upload) -> Result<Result<StoredFile, UserError>, Error> {
    let services = context::services(ctx);
    let message = format!("The file is larger than {} MB.", MAX_BYTES / 1024 / 1024);
    let bound = Bound { most: MAX_BYTES, refusal: UserError::new(UserErrorCode::InvalidFile, &["file"], message) };
    let file = match upload::receive(ctx, upload, bound).await? {
        Ok(received) => received.file,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let checked = check(services, &file).await;
    if !matches!(checked, Ok(Ok(()))) {
        discard(services, file.id).await;
    }
    Ok(checked?.map(|()| file).map_err(|reason| UserError::new(UserErrorCode::InvalidFile, &["file"], reason)))
}

async fn check(services: &Services, file: &StoredFile) -> Result<Result<(), String>, Error> {
    let bytes = services.storage.read_all(Blob::File(file.id)).await?;
    let turn = TURNS.acquire().await.map_err(Error::internal)?;
    let decoded = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        decode(&bytes)
    });
    match decoded.await {
        Ok(checked) => Ok(checked),
        Err(error) if error.is_panic() => Ok(Err("The picture makes the decoder fail.".to_owned())),
        Err(error) => Err(Error::internal(error)),
    }
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
    limits.max_alloc = Some(MAX_BESIDE);
    reader.limits(limits);
    let refusal = |error| format!("The picture cannot be decoded: {error}.");
    let decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height).map_err(|error| error.to_string())?;
    let picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    is_visible(&picture).map_err(|error| error.to_string())
}

/// As it looks once it has eight bits, which is how it is drawn.
fn is_visible(picture: &DynamicImage) -> Result<(), Unsuitable> {
    match picture {
        DynamicImage::ImageRgba8(pixels) => check_visible(pixels.pixels().map(|pixel| pixel.0[3])),
        DynamicImage::ImageLumaA8(pixels) => check_visible(pixels.pixels().map(|pixel| pixel.0[1])),
        other if other.color().has_alpha() => check_visible(other.to_rgba8().pixels().map(|pixel| pixel.0[3])),
        _ => Ok(()),
    }
}
