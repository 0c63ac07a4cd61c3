//! Announcements of changes that may affect the proxies of a link: assets, collections and links that have changed.

use crate::pool;
use diesel::{ConnectionResult, pg::PgNotification};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

/// The Postgres channel of the announcements. The triggers are in the migration `proxy_events`.
const CHANNEL: &str = "proxies";

/// What may have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The asset with this UUID has new or changed proxies, the collection has other members, or the link has changed.
    /// The announcement does not say which of the three has it.
    Of(Uuid),
    /// Anything may have changed: a statement changed many rows, or announcements were missed.
    Anything,
}

impl From<&PgNotification> for Change {
    fn from(announcement: &PgNotification) -> Self {
        announcement.payload.parse().map_or(Self::Anything, Self::Of)
    }
}

/// Opens a connection that is notified of every announcement.
pub async fn listen(database_url: &str) -> ConnectionResult<AsyncPgConnection> {
    pool::listen(database_url, CHANNEL).await
}
