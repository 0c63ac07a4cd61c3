//! Another e-mail address for oneself, to sign in with.

use super::check_password::check_password;
use crate::{
    MutationError, Services, UserErrorCode, Viewer,
    security::{self, Subject},
    users::email_taken,
};
use diesel_async::AsyncConnection;
use domain::{SecurityAction, email, password::Attempt};
use schema::{
    password_links,
    users::{self, User},
};
use std::net::IpAddr;

/// Gives the viewer another e-mail address. `current`: the present password; `address`: that of the client.
pub async fn change_email(
    services: &Services,
    viewer: &Viewer,
    current: Attempt,
    new: &str,
    address: IpAddr,
) -> Result<User, MutationError> {
    viewer.require_session()?;
    let refuse = |code, message| MutationError::user(code, &["email"], message);
    let invalid = || refuse(UserErrorCode::InvalidInput, "This is not an e-mail address.");
    let email = email::parse(new).ok_or_else(invalid)?;
    check_password(services, viewer, current, address).await?;
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        // The password may have been changed since it was checked.
        let locked = users::lock_keys(conn, viewer.workspace.id, &[viewer.user.id]).await?;
        if !locked.iter().any(|user| user.password_hash == viewer.user.password_hash) {
            let message = "Your password was changed at this moment by another request. Try again.";
            return Err(MutationError::user(UserErrorCode::WrongPassword, &["currentPassword"], message));
        }
        let user = users::set_email(conn, viewer.user.id, &email).await?.ok_or_else(email_taken)?;
        // Links for another password may lie in the mailbox of the former address.
        password_links::delete_of(conn, user.id).await?;
        let change = security::change("email", Some(viewer.user.email.clone()), Some(email.clone()));
        let subject = Subject { id: user.id.uuid(), name: Some(&user.name) };
        let changes = change.into_iter().collect();
        security::record(conn, viewer, SecurityAction::EmailChanged, subject, changes, services.now()).await?;
        Ok(user)
    })
    .await
}
