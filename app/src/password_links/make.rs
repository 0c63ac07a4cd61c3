//! How a password link is made.

use crate::{Error, Services};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::{
    PasswordLinkId,
    password_link::{INVITATION, PasswordLinkToken, RESET},
};
use schema::{
    outbox::{self, Job, Priority},
    password_links::{self, PasswordLink},
    users::User,
};
use std::fmt;

/// A new password link. `Debug` does not show its URL.
pub struct NewPasswordLink {
    /// Whoever has the URL chooses the password.
    pub url: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// Whether it is mailed to the person.
    pub is_mailed: bool,
}

impl fmt::Debug for NewPasswordLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewPasswordLink(until {})", self.expires_at)
    }
}

/// Makes a link for a locked user, and has it mailed if there is a mail server.
pub(crate) async fn make(
    conn: &mut AsyncPgConnection,
    services: &Services,
    user: &User,
    now: DateTime<Utc>,
) -> Result<NewPasswordLink, Error> {
    let lifetime = if user.invited_at.is_some() { INVITATION } else { RESET };
    let (id, expires_at) = (PasswordLinkId::new(), now + lifetime);
    password_links::insert(conn, PasswordLink { id, user_id: user.id, created_at: now, expires_at }).await?;
    let is_mailed = services.mailer.is_some();
    if is_mailed {
        let job = Job::MailPasswordLink { password_link_id: id, user_id: user.id };
        outbox::push(conn, &job, Priority::Visitor).await?;
    }
    let url = PasswordLinkToken::of(services.keys.newest(), id).url(&services.public_url);
    Ok(NewPasswordLink { url, expires_at, is_mailed })
}
