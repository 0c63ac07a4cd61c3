//! `PasswordLink`.

use app::password_links::NewPasswordLink;
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};

/// A link by which a person chooses their password, once.
#[derive(SimpleObject)]
pub(crate) struct PasswordLink {
    /// Whoever has it chooses the password. It is kept nowhere.
    url: String,
    /// When it ends, unless it is used before.
    expires_at: DateTime<Utc>,
    /// Whether it is mailed to the person.
    is_mailed: bool,
}

impl PasswordLink {
    pub(crate) fn of(new: NewPasswordLink) -> Self {
        let NewPasswordLink { url, expires_at, is_mailed } = new;
        Self { url, expires_at, is_mailed }
    }
}
