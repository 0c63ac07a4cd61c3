//! The connection pool. Every wait has an end, so that a dead database answers as an error within a second or so
//! and the pool heals by itself when the database is back.

use diesel_async::{
    AsyncPgConnection,
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

/// How long a request waits for a free connection, and a connection for the server.
const PATIENCE: Duration = Duration::from_millis(1500);

/// A pool of at most `size` connections. Nothing is connected yet.
pub fn build(database_url: &str, size: usize) -> Result<Pool, BuildError> {
    let mut config = ManagerConfig::default();
    // A closed connection is noticed without a query; a test query would double the round trips of a request.
    config.recycling_method = RecyclingMethod::Fast;
    let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(database_url, config);
    Pool::builder(manager)
        .max_size(size)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .recycle_timeout(Some(PATIENCE))
        .runtime(::deadpool::Runtime::Tokio1)
        .build()
}
