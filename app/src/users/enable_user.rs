//! A disabled user who may sign in again.

use super::lock_as_admin::{find, lock_as_admin};
use crate::{
    MutationError, Services, Viewer,
    security::{self, Subject},
};
use diesel_async::AsyncConnection;
use domain::{SecurityAction, UserId};
use schema::{
    bearer_tokens, password_links,
    users::{self, User},
};

/// Lets a disabled user sign in again, and opens the links that they still have. For administrators. `id` is none where the
/// client sent no id of a user.
pub async fn enable_user(services: &Services, viewer: &Viewer, id: Option<UserId>) -> Result<User, MutationError> {
    viewer.require_admin()?;
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let user = find(&lock_as_admin(conn, viewer, id).await?, id, "id")?;
        if user.disabled_at.is_none() {
            return Ok(user);
        }
        // What was being made when the user was disabled.
        bearer_tokens::delete_all_of(conn, user.id).await?;
        password_links::delete_of(conn, user.id).await?;
        let user = users::set_disabled(conn, user.id, None).await?;
        let subject = Subject { id: user.id.uuid(), name: Some(&user.name) };
        security::record(conn, viewer, SecurityAction::UserEnabled, subject, Vec::new(), services.now()).await?;
        Ok(user)
    })
    .await
}
