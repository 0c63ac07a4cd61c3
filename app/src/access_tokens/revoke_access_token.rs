//! The end of a program's token.

use crate::{MutationError, Services, UserErrorCode, Viewer};
use domain::BearerTokenId;
use schema::bearer_tokens;

/// Ends one of the viewer's access tokens at once. `id` is none where the client sent no id of a token.
pub async fn revoke_access_token(
    services: &Services,
    viewer: &Viewer,
    id: Option<BearerTokenId>,
) -> Result<(), MutationError> {
    let revoked = match id {
        Some(id) => bearer_tokens::delete_personal(&mut *services.pool.get().await?, viewer.user.id, id).await?,
        None => false,
    };
    let missing = || MutationError::user(UserErrorCode::NotFound, &["id"], "You have no such access token.");
    if revoked { Ok(()) } else { Err(missing()) }
}
