//! The end of all sessions, or of all personal access tokens, of one person.

use super::revoke_token::record_end;
use crate::{MutationError, Services, Viewer};
use diesel_async::AsyncConnection;
use domain::{UserId, bearer::BearerKind};
use schema::bearer_tokens;

/// Ends all sessions or tokens of the viewer at once, or for administrators, of anybody in the workspace, and returns how many
/// there were. The session that asks for it goes on.
pub async fn revoke_tokens(
    services: &Services,
    viewer: &Viewer,
    user: UserId,
    kind: BearerKind,
) -> Result<usize, MutationError> {
    viewer.require_session()?;
    if user != viewer.user.id {
        viewer.require_admin()?;
    }
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let whose = (viewer.workspace.id, user);
        let ended = bearer_tokens::delete_kind_but(conn, whose, kind, viewer.token).await?;
        record_end(conn, viewer, (user, kind), &ended, services.now()).await?;
        Ok(ended.len())
    })
    .await
}
