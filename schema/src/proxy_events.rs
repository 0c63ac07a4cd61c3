//! News of what proxies are waited for: which assets, collections and links have changed, as Postgres announces it.

use crate::pool;
use diesel::{ConnectionResult, pg::PgNotification};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

/// The Postgres channel of the announcements. Its triggers are in the migration `proxy_events`.
const CHANNEL: &str = "proxies";

/// What may have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The proxies of the asset of this id, the members of the collection, or the link.
    Of(Uuid),
    /// Anything: one statement changed much, or announcements were missed.
    Anything,
}

impl From<&PgNotification> for Change {
    fn from(announcement: &PgNotification) -> Self {
        announcement.payload.parse().map_or(Self::Anything, Self::Of)
    }
}

/// A connection that hears every announcement from now on.
pub async fn listen(database_url: &str) -> ConnectionResult<AsyncPgConnection> {
    pool::listen(database_url, CHANNEL).await
}
