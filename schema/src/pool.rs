//! The connection pool. Every wait has a timeout, so that requests fail soon while the database is away, and the pool
//! recovers by itself.

use ::deadpool::managed::QueueMode;
use diesel::{
    ConnectionError, ConnectionResult, QueryResult,
    result::{DatabaseErrorKind, Error},
};
use diesel_async::{
    AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection,
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

/// Whether a statement failed because Postgres is away, so that the call can be tried again. A [`PoolError`] always
/// means that.
pub fn is_outage(error: &Error) -> bool {
    match error {
        Error::DatabaseError(DatabaseErrorKind::ClosedConnection, _) | Error::BrokenTransactionManager => true,
        // A server that shuts down or starts, and a broken connection, can only be recognized by the message.
        Error::DatabaseError(DatabaseErrorKind::Unknown | DatabaseErrorKind::UnableToSendCommand, info) => {
            ["terminating connection", "the database system is", "connection closed", "communicating with the server"]
                .iter()
                .any(|text| info.message().contains(text))
        }
        Error::RollbackErrorOnCommit { rollback_error, commit_error } => {
            is_outage(rollback_error) || is_outage(commit_error)
        }
        _ => false,
    }
}

/// Fails if Postgres does not answer, or the connection is broken.
pub async fn ping(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    diesel::sql_query("SELECT 1").execute(conn).await.map(drop)
}

/// Opens a connection that is notified of every announcement on a channel.
pub(crate) async fn listen(database_url: &str, channel: &str) -> ConnectionResult<AsyncPgConnection> {
    let mut conn = AsyncPgConnection::establish(database_url).await?;
    let listening = diesel::sql_query(format!("LISTEN {channel}")).execute(&mut conn).await;
    listening.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// Connects, and switches off the compilation of statements: it takes a hundred times as long as to run them, and is
/// begun wherever the rows of a large array are estimated badly.
async fn establish(database_url: &str) -> ConnectionResult<AsyncPgConnection> {
    let mut conn = AsyncPgConnection::establish(database_url).await?;
    conn.batch_execute("SET jit = off").await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// A pool of at most `size` connections, which connects at the first use. `timeout`: how long to wait for a free
/// connection, and for the server.
pub fn build(database_url: &str, size: usize, timeout: Duration) -> Result<Pool, BuildError> {
    let mut config = ManagerConfig::default();
    // A closed connection is detected without a query; a test query would double the round trips of a request.
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(|database_url| Box::pin(establish(database_url)));
    let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(database_url, config);
    Pool::builder(manager)
        .max_size(size)
        // The connection that was used last has the statements prepared, and its server process is in the caches.
        .queue_mode(QueueMode::Lifo)
        .wait_timeout(Some(timeout))
        .create_timeout(Some(timeout))
        .recycle_timeout(Some(timeout))
        .runtime(::deadpool::Runtime::Tokio1)
        .build()
}
