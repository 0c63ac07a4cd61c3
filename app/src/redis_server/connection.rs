//! A connection that is opened again by itself.

use super::RedisServer;
use redis::{
    Cmd, ErrorKind, Pipeline, RedisError, RedisFuture, RedisResult, ServerErrorKind, Value,
    aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig},
};
use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A connection that is opened at the first use, and again after it was lost. The manager of the client does that, but not
/// after a password was refused, and always at the same address; this one begins anew then, too, because the password may be
/// right a moment later, and where Sentinels know the address, it asks them again. Cheap to clone.
#[derive(Clone)]
pub struct RedisConnection(Arc<Inner>);

struct Inner {
    server: RedisServer,
    config: ConnectionManagerConfig,
    timeout: Duration,
    manager: Mutex<Option<ConnectionManager>>,
}

impl RedisConnection {
    /// A connection which waits for so long, and tries again so often.
    pub fn new(server: &RedisServer, timeout: Duration, retries: usize) -> Self {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(timeout))
            .set_response_timeout(Some(timeout))
            .set_number_of_retries(retries);
        Self(Arc::new(Inner { server: server.clone(), config, timeout, manager: Mutex::default() }))
    }

    /// Opens another connection at the next use.
    pub fn renew(&self) {
        *self.locked() = None;
    }

    fn locked(&self) -> MutexGuard<'_, Option<ConnectionManager>> {
        self.0.manager.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn manager(&self) -> RedisResult<ConnectionManager> {
        if let Some(manager) = self.locked().clone() {
            return Ok(manager);
        }
        let Inner { server, config, timeout, manager: _ } = &*self.0;
        let manager = tokio::time::timeout(*timeout, server.manager(config.clone())).await;
        let manager = manager.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        // Another caller may have been faster.
        Ok(self.locked().get_or_insert(manager).clone())
    }

    fn renew_if_elsewhere<T>(&self, answer: &RedisResult<T>) {
        let Err(error) = answer else { return };
        let is_refused = error.kind() == ErrorKind::AuthenticationFailed;
        if is_refused || self.0.server.may_move() && is_of_another(error) {
            self.renew();
        }
    }
}

/// Whether an error may mean that another server has taken over.
fn is_of_another(error: &RedisError) -> bool {
    let replies = [ServerErrorKind::ReadOnly, ServerErrorKind::MasterDown].map(ErrorKind::Server);
    error.is_io_error() || error.is_connection_dropped() || error.is_timeout() || replies.contains(&error.kind())
}

impl ConnectionLike for RedisConnection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        Box::pin(async move {
            let answer = self.manager().await?.req_packed_command(command).await;
            self.renew_if_elsewhere(&answer);
            answer
        })
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        commands: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        Box::pin(async move {
            let answer = self.manager().await?.req_packed_commands(commands, offset, count).await;
            self.renew_if_elsewhere(&answer);
            answer
        })
    }

    fn get_db(&self) -> i64 {
        self.0.server.database()
    }
}
