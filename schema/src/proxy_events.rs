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
    /// The proxies of the asset with this UUID, the members of the collection with it, or the link with it. The
    /// announcement does not say which of the three has it.
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
