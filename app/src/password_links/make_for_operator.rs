//! A password link that whoever runs the server makes, for people whom nobody else can let in.

use super::{NewPasswordLink, make};
use crate::{MutationError, Services, UserErrorCode, security};
use diesel_async::AsyncConnection;
use domain::SecurityAction;
use schema::{
    password_links,
    users::{self, User},
};

/// Makes a link by which the person with this e-mail address chooses another password; earlier links end. It is for the
/// command line, and asks for nobody's rights: the only administrator may have forgotten their password.
pub async fn make_for_operator(services: &Services, email: &str) -> Result<(User, NewPasswordLink), MutationError> {
    let unknown = || {
        let message = "There is no account with this e-mail address.";
        MutationError::user(UserErrorCode::NotFound, &["email"], message)
    };
    let now = services.now();
    let mut conn = services.pool.get().await?;
    let user = users::by_email(&mut conn, email).await?.ok_or_else(unknown)?;
    conn.transaction(async |conn| {
        let locked = users::lock(conn, user.workspace_id, &[user.id]).await?;
        let user = locked.into_iter().next().ok_or_else(unknown)?;
        if user.disabled_at.is_some() {
            let message = "This person is disabled; an administrator enables them first.";
            return Err(MutationError::user(UserErrorCode::InvalidInput, &["email"], message));
        }
        password_links::delete_of(conn, user.id).await?;
        let link = make(conn, services, &user, now).await?;
        security::record_sign_in(conn, &user, SecurityAction::PasswordLinkCreated, None, now).await?;
        Ok((user, link))
    })
    .await
}
