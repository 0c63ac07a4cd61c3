//! Announcements of Postgres: which assets, collections and links have changed, and which links were visited.

use crate::{Database, pool};
use diesel::{ConnectionResult, pg::PgNotification};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

/// What is announced together, on a channel of Postgres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Changes that may affect the proxies of a link. The triggers are in the migration `proxy_events`.
    Proxies,
    /// Views and downloads of links for which somebody waits, announced by the statement that counts them, and deletions of
    /// links, by a trigger in the migration `link_activity`.
    LinkActivity,
}

impl Channel {
    const fn name(self) -> &'static str {
        match self {
            Self::Proxies => "proxies",
            Self::LinkActivity => "link_activity",
        }
    }
}

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

/// Opens a connection that is notified of every announcement on a channel.
pub async fn listen(database: &Database, channel: Channel) -> ConnectionResult<AsyncPgConnection> {
    pool::listen(database, channel.name()).await
}
