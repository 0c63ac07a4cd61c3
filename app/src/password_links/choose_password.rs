//! The choice of a password by a link.

use crate::{Error, MutationError, Services, UserErrorCode, security};
use diesel_async::AsyncConnection;
use domain::{SecurityAction, bearer::BearerKind, password::Password, password_link::PasswordLinkToken};
use schema::{
    bearer_tokens,
    password_links::{self, PasswordLink},
    users::{self, User},
    workspaces::Workspace,
};
use std::net::IpAddr;

/// What a person sends.
pub struct PasswordChoice<'a> {
    /// The token of the link.
    pub token: &'a PasswordLinkToken,
    /// The new password, in plain text.
    pub password: &'a str,
    /// The address of the client.
    pub address: IpAddr,
}

/// Whose password was chosen.
#[derive(Debug)]
pub struct ChosenPassword {
    /// The e-mail address to sign in with.
    pub email: String,
}

/// The person who may choose a password by this link, and their workspace; none if the link has ended or was used.
pub async fn who_chooses(services: &Services, token: &PasswordLinkToken) -> Result<Option<(User, Workspace)>, Error> {
    Ok(find(services, token).await?.map(|(_, user, workspace)| (user, workspace)))
}

/// Gives the person of a link the password that they have chosen, and ends their sessions and the link.
pub async fn choose_password(services: &Services, choice: PasswordChoice<'_>) -> Result<ChosenPassword, MutationError> {
    let PasswordChoice { token, password, address } = choice;
    let ended = || {
        let message = "This link has been used, or has ended. Ask for another one.";
        MutationError::user(UserErrorCode::NotFound, &["token"], message)
    };
    let (link, user, workspace) = find(services, token).await?.ok_or_else(ended)?;
    let known = [user.email.as_str(), user.name.as_str(), workspace.name.as_str()];
    let password = Password::for_user(password, &known)
        .map_err(|error| MutationError::user(UserErrorCode::InvalidPassword, &["password"], error.to_string()))?;
    let (hash, now) = (services.hasher.hash(password).await?, services.now());
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        // The user first: whoever disables them has them locked, too, and then deletes their links.
        let user = users::choose_password(conn, user.id, &hash).await?.ok_or_else(ended)?;
        if !password_links::take(conn, &link, now).await? {
            return Err(ended());
        }
        bearer_tokens::delete_kind_of(conn, user.id, BearerKind::Session).await?;
        security::record_sign_in(conn, &user, SecurityAction::PasswordChanged, Some(address), now).await?;
        Ok(ChosenPassword { email: user.email })
    })
    .await
}

async fn find(
    services: &Services,
    token: &PasswordLinkToken,
) -> Result<Option<(PasswordLink, User, Workspace)>, Error> {
    let Some(id) = token.id(&services.keys) else { return Ok(None) };
    Ok(password_links::find(&mut *services.pool.get().await?, id, services.now()).await?)
}
