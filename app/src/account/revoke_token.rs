//! The end of a session or of a personal access token.

use crate::{
    Error, MutationError, Services, UserErrorCode, Viewer,
    security::{self, Subject},
};
use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::{BearerTokenId, SecurityAction, UserId, bearer::BearerKind, node_id::NodeId};
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
    let message = match kind {
        BearerKind::Session => "There is no such session, or you may not end it.",
        BearerKind::Personal => "You have no such access token.",
    };
    let missing = || MutationError::user(UserErrorCode::NotFound, &["id"], message);
    let id = id.ok_or_else(missing)?;
    let whose = (viewer.workspace.id, (!viewer.is_admin()).then_some(viewer.user.id));
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let (user, name) = bearer_tokens::delete_of(conn, whose, (id, kind)).await?.ok_or_else(missing)?;
        record_end(conn, viewer, (user, kind), &[(id, name)], services.now()).await?;
        Ok(id)
    })
    .await
}

/// Writes down that sessions or tokens of a user were ended, which are given with their names.
pub(super) async fn record_end(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    (user, kind): (UserId, BearerKind),
    ended: &[(BearerTokenId, Option<String>)],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let action = match kind {
        BearerKind::Session => SecurityAction::SessionRevoked,
        BearerKind::Personal => SecurityAction::TokenRevoked,
    };
    let done = ended.iter().map(|(id, name)| {
        let whose = security::change("userId", Some(user.node_id()), None);
        (Subject { id: id.uuid(), name: name.as_deref() }, whose.into_iter().collect())
    });
    security::record_each(conn, viewer, action, done, now).await
}
