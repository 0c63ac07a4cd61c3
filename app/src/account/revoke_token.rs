//! The end of a session or of a personal access token.

use crate::{
    MutationError, Services, UserErrorCode, Viewer,
    security::{self, Subject},
};
use diesel_async::AsyncConnection;
use domain::{BearerTokenId, SecurityAction, bearer::BearerKind, node_id::NodeId};
use schema::bearer_tokens;

/// Ends a session or a token at once: one of the viewer's, or for administrators, of anybody in the workspace. A program may
/// end its own token. `id` is none where the client sent no id of a token.
pub async fn revoke_token(
    services: &Services,
    viewer: &Viewer,
    id: Option<BearerTokenId>,
    kind: BearerKind,
) -> Result<BearerTokenId, MutationError> {
    if id != Some(viewer.token) {
        viewer.require_session()?;
    }
    let (action, message) = match kind {
        BearerKind::Session => (SecurityAction::SessionRevoked, "There is no such session, or you may not end it."),
        BearerKind::Personal => (SecurityAction::TokenRevoked, "You have no such access token."),
    };
    let missing = || MutationError::user(UserErrorCode::NotFound, &["id"], message);
    let id = id.ok_or_else(missing)?;
    let whose = (viewer.workspace.id, (!viewer.is_admin()).then_some(viewer.user.id));
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let (user, name) = bearer_tokens::delete_of(conn, whose, (id, kind)).await?.ok_or_else(missing)?;
        let (subject, now) = (Subject { id: id.uuid(), name: name.as_deref() }, services.now());
        let changes = security::change("userId", Some(user.node_id()), None).into_iter().collect();
        security::record(conn, viewer, action, subject, changes, now).await?;
        Ok(id)
    })
    .await
}
