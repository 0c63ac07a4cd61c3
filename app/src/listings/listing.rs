//! The reads of one request that lists.

use super::Listings;
use crate::Viewer;
use diesel_async::AsyncPgConnection;
use domain::UserId;
use schema::{Connection, replica::UserVersion};
use std::{ops::DerefMut, sync::Arc};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

/// The reads of one request that lists. The first of them decides where all are made.
pub struct Listing {
    listings: Arc<Listings>,
    user: UserId,
    version: UserVersion,
    place: Arc<Mutex<Place>>,
}

enum Place {
    Undecided,
    Primary,
    Replica(Box<Connection>),
}

impl Listing {
    pub(super) fn new(listings: &Arc<Listings>, viewer: &Viewer) -> Self {
        Self {
            listings: Arc::clone(listings),
            user: viewer.user.id,
            version: viewer.version,
            place: Arc::new(Mutex::new(Place::Undecided)),
        }
    }

    /// The connection to the replica, as soon as no other read of this request uses it; none, if this request reads from
    /// the primary.
    pub async fn replica(&self) -> Option<impl DerefMut<Target = AsyncPgConnection> + Send + use<>> {
        let mut place = Arc::clone(&self.place).lock_owned().await;
        if matches!(*place, Place::Undecided) {
            *place = match self.listings.connect(self.user, self.version).await {
                Some(connection) => Place::Replica(Box::new(connection)),
                None => Place::Primary,
            };
        }
        let connection: Option<OwnedMappedMutexGuard<Place, Connection>> =
            OwnedMutexGuard::try_map(place, |place| match place {
                Place::Replica(connection) => Some(&mut **connection),
                Place::Undecided | Place::Primary => None,
            })
            .ok();
        connection.map(Reading)
    }

    /// Whether this request reads from the replica.
    pub fn uses_replica(&self) -> bool {
        // Only a read on the replica holds it for long.
        self.place.try_lock().map_or(true, |place| matches!(*place, Place::Replica(_)))
    }

    /// Says that a read failed on the replica, and that the request is asked again on the primary. A replica whose
    /// connection does not answer any more is left alone for a while.
    pub async fn failed(&self) {
        // A read that nobody waits for any more may still use it.
        let place = self.place.try_lock().ok().map(|mut place| std::mem::replace(&mut *place, Place::Primary));
        let connection = match place {
            Some(Place::Replica(connection)) => Some(*connection),
            Some(Place::Undecided | Place::Primary) | None => None,
        };
        self.listings.failed(connection).await;
    }
}

/// A read that has the connection of its request.
struct Reading(OwnedMappedMutexGuard<Place, Connection>);

impl std::ops::Deref for Reading {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        &self.0
    }
}

impl DerefMut for Reading {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        &mut self.0
    }
}
