//! The replica of a process: whether it is used now.

use super::{Freshness, Listing, freshness::Positions};
use crate::{Error, Viewer};
use diesel_async::AsyncPgConnection;
use domain::UserId;
use schema::{
    Connection, Pool,
    replica::{self, Replayed, UserVersion},
};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout};

/// How often the replica is compared with the primary.
const COMPARED_EVERY: Duration = Duration::from_secs(1);

/// How long each of the two may take to tell where it is.
const TOLD_WITHIN: Duration = Duration::from_secs(2);

/// How long a listing may take on the replica, before it is asked again on the primary.
pub const LISTED_WITHIN: Duration = Duration::from_secs(5);

/// How long a replica that did not answer is left alone.
const PAUSE: Duration = Duration::from_secs(5);

/// When a replica is used.
#[derive(Debug, Clone, Copy)]
pub struct ReplicaTimes {
    /// How long a listing waits for a connection to it, and for its answer whether it has what the user has changed.
    pub wait: Duration,
    /// How old its state may be.
    pub max_lag: Duration,
}

/// The connections that a replica needs.
pub struct ReplicaPools {
    /// To the replica, for listings.
    pub listings: Pool,
    /// One to the replica and one to the primary, to compare them. Listings that take all other connections for long do not
    /// mean that a server is away.
    pub compared: Compared,
}

/// The two servers that are compared.
pub struct Compared {
    /// The primary.
    pub primary: Pool,
    /// The replica.
    pub replica: Pool,
}

impl Compared {
    /// Connects anew, because a connection may be broken in a way that only a long silence tells.
    fn reconnect(&self) {
        for pool in [&self.primary, &self.replica] {
            pool.close_idle();
        }
    }
}

/// Where listings are read.
pub struct Listings {
    primary: Pool,
    replica: Option<Replica>,
}

struct Replica {
    pool: Pool,
    compared: Compared,
    times: ReplicaTimes,
    state: Mutex<State>,
    /// How many listings were read from it, and how many from the primary.
    listed_here: AtomicU64,
    listed_there: AtomicU64,
}

struct State {
    freshness: Freshness,
    /// Until when it is left alone.
    paused_until: Option<Instant>,
}

/// How many listings were read where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// From the replica.
    pub from_replica: u64,
    /// From the primary, although there is a replica.
    pub from_primary: u64,
}

impl Listings {
    /// Listings that are read from a replica, if there is one. It is used as soon as [`Self::watch`] has compared it with the
    /// primary.
    pub fn new(primary: Pool, replica: Option<(ReplicaPools, ReplicaTimes)>) -> Self {
        let replica = replica.map(|(ReplicaPools { listings: pool, compared }, times)| Replica {
            pool,
            compared,
            times,
            state: Mutex::new(State { freshness: Freshness::Unknown, paused_until: None }),
            listed_here: AtomicU64::new(0),
            listed_there: AtomicU64::new(0),
        });
        Self { primary, replica }
    }

    /// The reads of one request that lists for this viewer; none, if it is to read from the primary.
    pub fn begin(self: &Arc<Self>, viewer: &Viewer) -> Option<Listing> {
        let replica = self.replica.as_ref()?;
        if !viewer.is_guest() && replica.is_usable() {
            return Some(Listing::new(self, viewer));
        }
        replica.listed_there.fetch_add(1, Ordering::Relaxed);
        None
    }

    /// Reads a listing for this viewer. What fails on the replica, also because something is not there, is asked again on
    /// the primary.
    pub async fn read<T, E: From<Error>>(
        self: &Arc<Self>,
        viewer: &Viewer,
        load: impl AsyncFn(&mut AsyncPgConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(listing) = self.begin(viewer)
            && let Some(mut conn) = listing.replica().await
        {
            if let Ok(Ok(found)) = timeout(LISTED_WITHIN, load(&mut conn)).await {
                return Ok(found);
            }
            drop(conn);
            listing.failed().await;
        }
        load(&mut *self.primary.get().await.map_err(Error::from)?).await
    }

    /// Says that a user may have changed something, before the change is answered. From then on, only a replica that has it
    /// is used for this user.
    pub async fn changed(&self, user: UserId) {
        let Some(replica) = &self.replica else { return };
        let marked = async { Ok::<_, Error>(replica::mark(&mut *self.primary.get().await?, user).await?) };
        if let Err(error) = marked.await {
            tracing::warn!(?error, "a change could not be marked; listings are read from the primary for a while");
            replica.pause();
        }
    }

    /// A connection to the replica, if that has what the user has changed.
    pub(super) async fn connect(&self, user: UserId, version: UserVersion) -> Option<Connection> {
        let replica = self.replica.as_ref()?;
        let connected = async {
            // Where all its connections are in use, the primary helps out.
            let half = replica.times.wait / 2;
            let Some(mut conn) = replica.pool.get_within(half).await? else { return Ok(None) };
            let is_current = replica::has(&mut conn, user, version).await?;
            Ok::<_, Error>(is_current.then_some(conn))
        };
        let late = |_| Err(Error::Unavailable("no answer in time".to_owned()));
        let connection = match timeout(replica.times.wait, connected).await.unwrap_or_else(late) {
            Ok(connection) => connection,
            Err(error) => {
                tracing::warn!(?error, "the replica cannot be read");
                replica.pause();
                None
            }
        };
        let counter = if connection.is_some() { &replica.listed_here } else { &replica.listed_there };
        counter.fetch_add(1, Ordering::Relaxed);
        connection
    }

    /// A read failed on this connection to the replica; none, if a read still uses it. Where it does not answer, it may be
    /// busy with what nobody waits for any more, and another one tells whether the replica answers.
    pub(super) async fn failed(&self, connection: Option<Connection>) {
        let Some(replica) = &self.replica else { return };
        replica.listed_there.fetch_add(1, Ordering::Relaxed);
        let wait = replica.times.wait;
        let answers = async |mut conn: Connection| {
            let is_well = matches!(timeout(wait / 2, schema::ping(&mut conn)).await, Ok(Ok(())));
            if !is_well {
                conn.close();
            }
            is_well
        };
        if let Some(conn) = connection
            && answers(conn).await
        {
            return;
        }
        let another = match timeout(wait / 2, replica.pool.get_within(wait / 4)).await {
            Ok(Ok(Some(conn))) => answers(conn).await,
            // Other listings have all of them.
            Ok(Ok(None)) => true,
            Ok(Err(_)) | Err(_) => false,
        };
        if !another {
            replica.pause();
        }
    }

    /// How the replica was last found, and how many listings were read where; none without a replica.
    pub fn health(&self) -> Option<(Freshness, Counted)> {
        let replica = self.replica.as_ref()?;
        let counted = Counted {
            from_replica: replica.listed_here.load(Ordering::Relaxed),
            from_primary: replica.listed_there.load(Ordering::Relaxed),
        };
        Some((replica.state().freshness.clone(), counted))
    }

    /// Compares the replica with the primary, until nobody uses it any more.
    pub fn watch(self: &Arc<Self>) {
        if self.replica.is_none() {
            return;
        }
        let listings = Arc::downgrade(self);
        tokio::spawn(async move {
            let mut positions = Positions::default();
            while let Some(listings) = listings.upgrade() {
                listings.compare(&mut positions).await;
                drop(listings);
                sleep(COMPARED_EVERY).await;
            }
        });
    }

    async fn compare(&self, positions: &mut Positions) {
        let Some(replica) = &self.replica else { return };
        let at = Instant::now();
        let asked = async {
            let Compared { primary, replica: theirs } = &replica.compared;
            let primary = async { Ok::<_, Error>(replica::written(&mut *primary.get().await?).await?) };
            let written = told("the primary", primary).await?;
            let theirs = async { Ok::<_, Error>(replica::replayed(&mut *theirs.get().await?).await?) };
            Ok::<_, String>((written, told("the replica", theirs).await?))
        };
        replica.found(match asked.await {
            Ok((_, Replayed { is_replica: false, .. } | Replayed { position: None, .. })) => {
                Freshness::Unrelated("it takes writes, so that it is no replica")
            }
            Ok((written, Replayed { is_replica: true, position: Some(replayed) })) => {
                positions.compare(at, written, replayed)
            }
            Err(error) => {
                replica.compared.reconnect();
                Freshness::Away(error)
            }
        });
    }
}

/// What a server tells in time.
async fn told<T>(who: &str, answer: impl Future<Output = Result<T, Error>>) -> Result<T, String> {
    let answer = timeout(TOLD_WITHIN, answer).await.map_err(|_| format!("{who} does not answer in time"))?;
    answer.map_err(|error| match error {
        Error::Unavailable(text) | Error::Internal(text) => format!("{who} does not answer: {text}"),
        error => format!("{who} does not answer: {error}"),
    })
}

impl Replica {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_fresh(&self, freshness: &Freshness) -> bool {
        match freshness {
            Freshness::Behind { lag, bytes: _ } => lag.is_some_and(|lag| lag <= self.times.max_lag),
            Freshness::Unknown | Freshness::Away(_) | Freshness::Unrelated(_) => false,
        }
    }

    /// Whether listings may be read from it now.
    fn is_usable(&self) -> bool {
        let state = self.state();
        state.paused_until.is_none_or(|until| until <= Instant::now()) && self.is_fresh(&state.freshness)
    }

    /// Leaves it alone for a while. Its connections may be broken in a way that only a long silence tells.
    fn pause(&self) {
        self.state().paused_until = Some(Instant::now() + PAUSE);
        self.pool.close_idle();
    }

    fn found(&self, now: Freshness) {
        let mut state = self.state();
        let (was, is) = (self.is_fresh(&state.freshness), self.is_fresh(&now));
        let is_first = state.freshness == Freshness::Unknown;
        if matches!(now, Freshness::Away(_)) && was {
            self.pool.close_idle();
        }
        if was && !is || is_first && !matches!(now, Freshness::Behind { .. }) {
            tracing::warn!(replica = ?now, "listings are read from the primary");
        } else if !was && is {
            tracing::info!(replica = ?now, "listings are read from the replica");
        }
        state.freshness = now;
    }
}
