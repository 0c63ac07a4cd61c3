//! An invitation to the workspace.

use super::create_user::{account, parse, store};
use crate::{
    MutationError, Services, Viewer,
    password_links::{self, NewPasswordLink},
};
use diesel_async::AsyncConnection;
use domain::{Role, SecurityAction, password};
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
    let who = parse(input.email, input.name).map_err(MutationError::User)?;
    let now = services.now();
    let new = User { invited_at: Some(now), ..account(viewer, who, input.role, password::hash_of_none(), now) };
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let user = store(conn, viewer, new, SecurityAction::UserInvited).await?;
        let link = password_links::make(conn, services, &user, now).await?;
        Ok((user, link))
    })
    .await
}
