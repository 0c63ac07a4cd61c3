//! The connection pool. Every wait has an end, so that a dead database answers as an error soon and the pool heals by
//! itself when the database is back.

use diesel::{
    ConnectionError, ConnectionResult, QueryResult,
    result::{DatabaseErrorKind, Error},
};
use diesel_async::{
    AsyncConnection, AsyncPgConnection, RunQueryDsl,
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

/// Why there is no connection.
pub type PoolError = deadpool::PoolError;

/// Whether a statement failed because Postgres is away: it is worth trying again, and nobody's fault. That there is no
/// connection ([`PoolError`]) always means that.
pub fn is_outage(error: &Error) -> bool {
    match error {
        Error::DatabaseError(DatabaseErrorKind::ClosedConnection, _) | Error::BrokenTransactionManager => true,
        // A server that ends or begins, and a connection that broke, say so in words only. However it ends: by command,
        // by a kill of one of its processes or of all, and while it starts again.
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

/// Fails where Postgres does not answer, or the connection is broken.
pub async fn ping(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    diesel::sql_query("SELECT 1").execute(conn).await.map(drop)
}

/// A connection that hears every announcement on a channel from now on.
pub(crate) async fn listen(database_url: &str, channel: &str) -> ConnectionResult<AsyncPgConnection> {
    let mut conn = AsyncPgConnection::establish(database_url).await?;
    let listening = diesel::sql_query(format!("LISTEN {channel}")).execute(&mut conn).await;
    listening.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// A pool of at most `size` connections. Nothing is connected yet. `patience`: how long a request waits for a free
/// connection, and a connection for the server.
pub fn build(database_url: &str, size: usize, patience: Duration) -> Result<Pool, BuildError> {
    let mut config = ManagerConfig::default();
    // A closed connection is noticed without a query; a test query would double the round trips of a request.
    config.recycling_method = RecyclingMethod::Fast;
    let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(database_url, config);
    Pool::builder(manager)
        .max_size(size)
        .wait_timeout(Some(patience))
        .create_timeout(Some(patience))
        .recycle_timeout(Some(patience))
        .runtime(::deadpool::Runtime::Tokio1)
        .build()
}
