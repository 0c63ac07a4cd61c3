//! An invitation to the workspace.

use super::create_user::{parse, store};
use crate::{
    MutationError, Services, Viewer,
    password_links::{self, NewPasswordLink},
};
use diesel_async::AsyncConnection;
use domain::{Role, SecurityAction, UserId, password};
use schema::users::User;

/// Whom an administrator invites.
pub struct Invitee<'a> {
    /// The e-mail address to sign in with.
    pub email: &'a str,
    /// The name.
    pub name: &'a str,
    /// The role.
    pub role: Role,
}

/// Adds a user without a password, and makes the link by which they choose it. For administrators.
pub async fn invite_user(
    services: &Services,
    viewer: &Viewer,
    input: Invitee<'_>,
) -> Result<(User, NewPasswordLink), MutationError> {
    viewer.require_admin()?;
    viewer.require_session_for(Some(input.role))?;
    let (email, name) = parse(input.email, input.name).map_err(MutationError::User)?;
    let now = services.now();
    let new = User {
        id: UserId::new(),
        workspace_id: viewer.workspace.id,
        email,
        name,
        role: input.role,
        password_hash: password::hash_of_none(),
        created_at: now,
        disabled_at: None,
        deleted_at: None,
        invited_at: Some(now),
    };
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let user = store(conn, viewer, new, SecurityAction::UserInvited).await?;
        let link = password_links::make(conn, services, &user, now).await?;
        Ok((user, link))
    })
    .await
}
