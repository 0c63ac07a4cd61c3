//! The end of a program's token.

use crate::{
    MutationError, Services, UserErrorCode, Viewer,
    security::{self, Subject},
};
use diesel_async::AsyncConnection;
use domain::{BearerTokenId, SecurityAction};
use schema::bearer_tokens;

/// Ends one of the viewer's access tokens at once. `id` is none where the client sent no id of a token.
pub async fn revoke_access_token(
    services: &Services,
    viewer: &Viewer,
    id: Option<BearerTokenId>,
) -> Result<(), MutationError> {
    let missing = || MutationError::user(UserErrorCode::NotFound, &["id"], "You have no such access token.");
    let id = id.ok_or_else(missing)?;
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        if !bearer_tokens::delete_personal(conn, viewer.user.id, id).await? {
            return Err(missing());
        }
        let (subject, now) = (Subject { id: id.uuid(), name: None }, services.now());
        Ok(security::record(conn, viewer, SecurityAction::TokenRevoked, subject, Vec::new(), now).await?)
    })
    .await
}
