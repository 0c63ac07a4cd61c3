//! A connection to Postgres for each thread that serves requests, for the statements that decide about links and files.
//!
//! A pool has connections for each thread, too (`schema/src/pool.rs`), but these few statements must not wait for long ones.
//! Requests that come together share a statement (`batch.rs`), so that one connection is enough.

use crate::Error;
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use futures::future::BoxFuture;
use schema::Pool;
use std::time::Duration;
use thread_local::ThreadLocal;
use tokio::time::timeout;

/// Connections, one for each thread that asks for one.
pub struct ThreadConnections {
    pools: ThreadLocal<Pool>,
    build: Box<dyn Fn() -> Result<Pool, Error> + Send + Sync>,
    longest: Duration,
}

impl ThreadConnections {
    /// Connects by pools that `build` makes, each of one connection. A connection that does not answer for `longest` is given
    /// up: Postgres itself would have ended the statement before, so that the line is broken without a word, and everybody
    /// waits for it.
    pub fn new(build: impl Fn() -> Result<Pool, Error> + Send + Sync + 'static, longest: Duration) -> Self {
        Self { pools: ThreadLocal::new(), build: Box::new(build), longest }
    }

    /// Runs statements on the connection of this thread.
    pub(crate) async fn run<T: Send>(
        &self,
        statements: impl for<'a> FnOnce(&'a mut AsyncPgConnection) -> BoxFuture<'a, QueryResult<T>> + Send,
    ) -> Result<T, Error> {
        let pool: &Pool = self.pools.get_or_try(|| (self.build)())?;
        // Whoever has it is done, or gives up, within that time.
        let Some(mut conn) = pool.get_within(self.longest).await? else { return Err(no_answer()) };
        if let Ok(result) = timeout(self.longest, statements(&mut conn)).await {
            return Ok(result?);
        }
        conn.close();
        Err(no_answer())
    }
}

fn no_answer() -> Error {
    Error::Unavailable("Postgres does not answer".to_owned())
}
