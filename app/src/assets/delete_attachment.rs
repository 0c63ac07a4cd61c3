//! The end of an attachment.

use super::editable::editable;
use crate::{
    MutationError, Services, UserErrorCode, Viewer, library,
    security::{self, Subject},
};
use diesel_async::AsyncConnection;
use domain::{AttachmentId, SecurityAction};
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
    let mut conn = services.pool.get().await?;
    let deleted = conn
        .transaction(async |conn| {
            // Somebody else may have deleted it since.
            let deleted = attachments::delete(conn, id).await?.ok_or_else(not_found)?;
            let (subject, now) = (Subject { id: asset.id.uuid(), name: Some(&asset.title) }, services.now());
            let changes = security::change("attachment", Some(deleted.file_name.clone()), None).into_iter().collect();
            security::record(conn, viewer, SecurityAction::AttachmentDeleted, subject, changes, now).await?;
            Ok::<_, MutationError>(deleted)
        })
        .await?;
    drop(conn);
    library::discard(services, deleted.file_id).await;
    Ok((asset, id))
}
