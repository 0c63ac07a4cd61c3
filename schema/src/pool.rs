//! The connection pool. Every wait has a timeout, so that requests fail soon while the database is away, and the pool
//! recovers by itself.
//!
//! A connection is driven by the runtime of the thread that opened it. To use one of another thread, each statement wakes that
//! thread and is woken by it, which costs about as much as a small statement. So a pool has a part for each of some threads, which
//! take from their own part first; one bound holds for all parts together.

use crate::Database;
use ::deadpool::managed::{self, QueueMode, TimeoutType, Timeouts};
use diesel::{
    ConnectionError, ConnectionResult, QueryResult,
    result::{DatabaseErrorKind, Error},
};
use diesel_async::{
    AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{self, BuildError},
    },
};
use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};
use thread_local::ThreadLocal;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Connections to Postgres. Cheap to clone.
#[derive(Clone)]
pub struct Pool(Arc<Inner>);

struct Inner {
    parts: Vec<deadpool::Pool<AsyncPgConnection>>,
    /// As many as connections may be in use, so that a part with room for another one is found at once.
    permits: Arc<Semaphore>,
    wait: Duration,
    /// The part of each thread that has asked for a connection.
    own: ThreadLocal<usize>,
    threads: AtomicUsize,
}

/// One connection, which goes back to the pool when it is dropped.
pub struct Connection {
    // Goes back before the permit.
    connection: deadpool::Object<AsyncPgConnection>,
    _permit: OwnedSemaphorePermit,
}

/// A part has this many connections, at least.
const SMALLEST_PART: usize = 4;

/// Why the pool has no connection.
pub type PoolError = deadpool::PoolError;

/// How long is waited for what.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// For a free connection, and for the server.
    pub connection: Duration,
    /// For a statement.
    pub statement: Duration,
    /// For each lock of a statement, which is less: what holds the lock may hold it for long, and all that wait hold
    /// connections.
    pub lock: Duration,
}

/// Whether Postgres ended a statement because it, or a lock that it wanted, took too long.
pub fn is_timeout(error: &Error) -> bool {
    match error {
        // The kinds of errors do not tell it.
        Error::DatabaseError(DatabaseErrorKind::Unknown, info) => TIMEOUTS.contains(&info.message()),
        Error::RollbackErrorOnCommit { rollback_error, commit_error } => {
            is_timeout(rollback_error) || is_timeout(commit_error)
        }
        _ => false,
    }
}

const TIMEOUTS: [&str; 2] = ["canceling statement due to statement timeout", "canceling statement due to lock timeout"];

/// Whether a statement failed because Postgres is away, so that the call can be tried again. A [`PoolError`] always
/// means that.
pub fn is_outage(error: &Error) -> bool {
    match error {
        // A server that only reads has become a replica, and ends its connections soon.
        Error::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::ReadOnlyTransaction, _)
        | Error::BrokenTransactionManager => true,
        // A server that shuts down or starts, and a broken connection, can only be recognized by the message.
        Error::DatabaseError(DatabaseErrorKind::Unknown | DatabaseErrorKind::UnableToSendCommand, info) => {
            ENDINGS.iter().chain(&BROKEN).any(|text| info.message().contains(text))
        }
        Error::RollbackErrorOnCommit { rollback_error, commit_error } => {
            is_outage(rollback_error) || is_outage(commit_error)
        }
        _ => false,
    }
}

/// Whether Postgres itself refused a statement, which then has changed nothing. A connection that broke tells nothing of the
/// kind.
pub fn is_refusal(error: &Error) -> bool {
    use DatabaseErrorKind::{ClosedConnection, UnableToSendCommand};
    match error {
        Error::DatabaseError(ClosedConnection | UnableToSendCommand, _) => false,
        Error::DatabaseError(_, info) => !BROKEN.iter().chain(&[CRASHED]).any(|text| info.message().contains(text)),
        _ => false,
    }
}

/// What the client says of a connection that broke.
const BROKEN: [&str; 3] = ["connection closed", "channel closed", "communicating with the server"];

/// What `PgBouncer` says of one.
const CRASHED: &str = "server conn crashed";

/// Whether Postgres refused a statement because a number in it, or that comes of it, is too large.
pub fn is_out_of_range(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(DatabaseErrorKind::Unknown, info) if info.message().contains("out of range"))
}

/// What Postgres says when it ends or begins.
const ENDINGS: [&str; 2] = ["terminating connection", "the database system is"];

/// Fails if Postgres does not answer, or the connection is broken.
pub async fn ping(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    diesel::sql_query("SELECT 1").execute(conn).await.map(drop)
}

/// Opens a connection that is notified of every announcement on a channel.
pub(crate) async fn listen(database: &Database, channel: &str) -> ConnectionResult<AsyncPgConnection> {
    let mut conn = database.connect_directly().await?;
    let listening = diesel::sql_query(format!("LISTEN {channel}")).execute(&mut conn).await;
    listening.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// Connects, and switches off the compilation of statements: it takes a hundred times as long as to run them, and is
/// begun wherever the rows of a large array are estimated badly. The settings are no parameters of the connection, because
/// `PgBouncer` refuses those that it does not know.
async fn establish(database: &Database, waits: Waits) -> ConnectionResult<AsyncPgConnection> {
    let mut conn = database.connect().await?;
    let Waits { connection: _, statement, lock } = waits;
    let settings = format!(
        "SET jit = off; SET statement_timeout = {}; SET lock_timeout = {}",
        statement.as_millis(),
        lock.as_millis()
    );
    conn.batch_execute(&settings).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

impl Pool {
    /// A pool of at most `size` connections, which connects at the first use.
    pub fn new(database: &Database, size: usize, waits: Waits) -> Result<Self, BuildError> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let count = cores.min(size / SMALLEST_PART).max(1);
        // These add up to the size.
        let parts = (0..count).map(|number| part(database, (size + number) / count, waits));
        Ok(Self(Arc::new(Inner {
            parts: parts.collect::<Result<_, _>>()?,
            permits: Arc::new(Semaphore::new(size)),
            wait: waits.connection,
            own: ThreadLocal::new(),
            threads: AtomicUsize::new(0),
        })))
    }

    /// A connection, as soon as one is free or can be opened.
    pub async fn get(&self) -> Result<Connection, PoolError> {
        self.take(self.0.wait).await
    }

    /// A connection, if one is free or can be opened; none, if all of the pool are in use for so long.
    pub async fn get_within(&self, wait: Duration) -> Result<Option<Connection>, PoolError> {
        match self.take(wait).await {
            Ok(connection) => Ok(Some(connection)),
            Err(managed::PoolError::Timeout(TimeoutType::Wait)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Closes the connections that are not in use.
    pub fn close_idle(&self) {
        for part in &self.0.parts {
            part.retain(|_, _| false);
        }
    }

    async fn take(&self, wait: Duration) -> Result<Connection, PoolError> {
        let Inner { parts, permits, own, threads, wait: _ } = &*self.0;
        let in_use = || managed::PoolError::Timeout(TimeoutType::Wait);
        let permit = if let Ok(permit) = Arc::clone(permits).try_acquire_owned() {
            permit
        } else {
            let acquired = timeout(wait, Arc::clone(permits).acquire_owned()).await.map_err(|_| in_use())?;
            acquired.map_err(|_| managed::PoolError::Closed)?
        };
        let own = *own.get_or(|| threads.fetch_add(1, Ordering::Relaxed) % parts.len());
        let (before, from_own) = parts.split_at(own);
        for part in from_own.iter().chain(before) {
            match part.timeout_get(&Timeouts { wait: Some(Duration::ZERO), ..part.timeouts() }).await {
                Ok(connection) => return Ok(Connection { connection, _permit: permit }),
                Err(managed::PoolError::Timeout(TimeoutType::Wait)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(in_use())
    }
}

impl Connection {
    /// Closes the connection instead of giving it back.
    pub fn close(self) {
        drop(deadpool::Object::take(self.connection));
    }
}

impl Deref for Connection {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        &self.connection
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        &mut self.connection
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pool")
    }
}

fn part(database: &Database, size: usize, waits: Waits) -> Result<deadpool::Pool<AsyncPgConnection>, BuildError> {
    let mut config = ManagerConfig::default();
    // A closed connection is detected without a query; a test query would double the round trips of a request.
    config.recycling_method = RecyclingMethod::Fast;
    let database = database.clone();
    config.custom_setup = Box::new(move |_| {
        let database = database.clone();
        Box::pin(async move { establish(&database, waits).await })
    });
    // The address is not passed on to whoever connects, which knows it already.
    let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config("", config);
    deadpool::Pool::builder(manager)
        .max_size(size)
        // The connection that was used last has the statements prepared, and its server process is in the caches.
        .queue_mode(QueueMode::Lifo)
        .create_timeout(Some(waits.connection))
        .recycle_timeout(Some(waits.connection))
        .runtime(::deadpool::Runtime::Tokio1)
        .build()
}
