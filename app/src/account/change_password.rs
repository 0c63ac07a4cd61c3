//! Another password for oneself.

use super::check_password::check_password;
use crate::{
    MutationError, Services, UserError, UserErrorCode, Viewer,
    security::{self, Subject},
};
use diesel_async::AsyncConnection;
use domain::{
    SecurityAction,
    password::{Attempt, Password},
};
use schema::{bearer_tokens, password_links, users};
use std::net::IpAddr;

/// What a person asks for.
pub struct NewPassword<'a> {
    /// The present password.
    pub current: Attempt,
    /// The new one, in plain text.
    pub new: &'a str,
    /// Whether the personal access tokens end, too.
    pub revoke_access_tokens: bool,
    /// The address of the client.
    pub address: IpAddr,
}

/// Gives the viewer another password, and ends all their other sessions.
pub async fn change_password(
    services: &Services,
    viewer: &Viewer,
    input: NewPassword<'_>,
) -> Result<(), MutationError> {
    viewer.require_session()?;
    let NewPassword { current, new, revoke_access_tokens, address } = input;
    let (user, refused) = (&viewer.user, |message: String| {
        MutationError::from(UserError::new(UserErrorCode::InvalidPassword, &["newPassword"], message))
    });
    let known = [user.email.as_str(), user.name.as_str(), viewer.workspace.name.as_str()];
    let password = Password::for_user(new, &known).map_err(|error| refused(error.to_string()))?;
    check_password(services, viewer, current, address).await?;
    let hash = services.hasher.hash(password).await?;
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        if !users::set_password(conn, user.id, &user.password_hash, &hash).await? {
            let message = "Your password was changed at this moment by another request. Try again.";
            return Err(refused(message.to_owned()));
        }
        password_links::delete_of(conn, user.id).await?;
        bearer_tokens::delete_others(conn, user.id, viewer.token, revoke_access_tokens).await?;
        let subject = Subject { id: user.id.uuid(), name: Some(&user.name) };
        let (action, now) = (SecurityAction::PasswordChanged, services.now());
        Ok(security::record(conn, viewer, action, subject, Vec::new(), now).await?)
    })
    .await
}
