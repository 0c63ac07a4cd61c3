//! The connection pool. Every wait has a timeout, so that requests fail soon while the database is away, and the pool
//! recovers by itself.

use crate::Database;
use ::deadpool::managed::{QueueMode, TimeoutType, Timeouts};
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
use std::time::Duration;

/// Connections to Postgres. Cheap to clone.
pub type Pool = deadpool::Pool<AsyncPgConnection>;

/// One connection, which goes back to the pool when it is dropped.
pub type Connection = deadpool::Object<AsyncPgConnection>;

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
            OUTAGES.iter().any(|text| info.message().contains(text))
        }
        Error::RollbackErrorOnCommit { rollback_error, commit_error } => {
            is_outage(rollback_error) || is_outage(commit_error)
        }
        _ => false,
    }
}

const OUTAGES: [&str; 5] = [
    "terminating connection",
    "the database system is",
    "connection closed",
    "channel closed",
    "communicating with the server",
];

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

/// A connection, if one is free or can be opened; none, if all of the pool are in use for so long.
pub async fn within(pool: &Pool, wait: Duration) -> Result<Option<Connection>, PoolError> {
    let timeouts = Timeouts { wait: Some(wait), ..pool.timeouts() };
    match pool.timeout_get(&timeouts).await {
        Ok(connection) => Ok(Some(connection)),
        Err(::deadpool::managed::PoolError::Timeout(TimeoutType::Wait)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A pool of at most `size` connections, which connects at the first use.
pub fn build(database: &Database, size: usize, waits: Waits) -> Result<Pool, BuildError> {
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
    Pool::builder(manager)
        .max_size(size)
        // The connection that was used last has the statements prepared, and its server process is in the caches.
        .queue_mode(QueueMode::Lifo)
        .wait_timeout(Some(waits.connection))
        .create_timeout(Some(waits.connection))
        .recycle_timeout(Some(waits.connection))
        .runtime(::deadpool::Runtime::Tokio1)
        .build()
}
