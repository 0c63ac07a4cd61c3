//! A password link that somebody asks for who has forgotten their password.

use super::make;
use crate::{Error, Services, in_words, security};
use diesel_async::AsyncConnection;
use domain::SecurityAction;
use schema::users;
use std::{net::IpAddr, sync::Arc, time::Duration};

/// Mails a password link to the account of this address, if there is one. Neither the answer nor its time tells whether
/// there is. The inner error is how long to wait: nobody's mailbox is to be filled.
///
/// Fails if no mail server is configured.
pub async fn request_password_link(
    services: &Arc<Services>,
    email: &str,
    address: IpAddr,
) -> Result<Result<(), Duration>, Error> {
    if services.mailer.is_none() {
        let message = "This installation sends no mail. Ask an administrator of your workspace for a link.";
        return Err(Error::BadInput(message.to_owned()));
    }
    if let Err(wait) = services.throttle.mail(address, email).await {
        return Ok(Err(wait));
    }
    let (services, email) = (Arc::clone(services), email.to_owned());
    tokio::spawn(async move {
        if let Err(error) = make_for(&services, &email, address).await {
            tracing::warn!(?error, "a password link could not be made");
        }
    });
    Ok(Ok(()))
}

/// The refusal of whoever has to wait.
pub fn too_many_mails(wait: Duration) -> String {
    format!("Too many mails were asked for. Try again in {}.", in_words(wait))
}

async fn make_for(services: &Services, email: &str, address: IpAddr) -> Result<(), Error> {
    let now = services.now();
    let mut conn = services.pool.get().await?;
    let Some(user) = users::by_email(&mut conn, email).await? else { return Ok(()) };
    conn.transaction(async |conn| {
        let locked = users::lock(conn, user.workspace_id, &[user.id]).await?;
        let Some(user) = locked.into_iter().find(|user| user.disabled_at.is_none()) else { return Ok(()) };
        make(conn, services, &user, now).await?;
        security::record_sign_in(conn, &user, SecurityAction::PasswordLinkCreated, Some(address), now).await
    })
    .await
}
