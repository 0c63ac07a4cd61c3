//! The end of an attachment.

use super::editable::editable;
use crate::{MutationError, Services, UserErrorCode, Viewer, library};
use domain::AttachmentId;
use schema::{assets::Asset, attachments};

/// Deletes an attachment, and returns its asset. Links no longer hand it out. `id` is none where the client sent no id of
/// an attachment.
pub async fn delete_attachment(
    services: &Services,
    viewer: &Viewer,
    id: Option<AttachmentId>,
) -> Result<(Asset, AttachmentId), MutationError> {
    let not_found = || {
        let message = "There is no such attachment, or you may not see it.";
        MutationError::user(UserErrorCode::NotFound, &["id"], message)
    };
    let id = id.ok_or_else(not_found)?;
    let found = attachments::by_id(&mut *services.pool.get().await?, id).await?.ok_or_else(not_found)?;
    let asset = editable(services, viewer, Some(found.asset_id), not_found).await?;
    // Somebody else may have deleted it since.
    let deleted = attachments::delete(&mut *services.pool.get().await?, id).await?.ok_or_else(not_found)?;
    library::discard(services, deleted.file_id).await;
    Ok((asset, id))
}
