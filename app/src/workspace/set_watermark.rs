//! The picture that links put on what they show.

use super::{update_workspace::settings_changed, uploaded_picture::decoded};
use crate::{
    MutationError, Services, UserErrorCode, Viewer,
    library::{discard, discard_if_failed},
};
use diesel_async::AsyncConnection;
use domain::watermark::{Opacity, Placement};
use schema::{
    outbox, proxies,
    workspaces::{self, WatermarkChanges, Workspace},
};
use storage::StoredFile;

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
        && let Err(error) = decoded(services, file, |_| Ok(())).await
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
