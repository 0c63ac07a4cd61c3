//! A connection that is opened again by itself.

use super::RedisServer;
use redis::{
    Cmd, ErrorKind, Pipeline, RedisFuture, RedisResult, Value,
    aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig},
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// A connection that is opened at the first use, and again after it was lost. The manager of the client does that, but not
/// after a password was refused; this one begins anew then, too, because the password may be right a moment later. Cheap to
/// clone.
#[derive(Clone)]
pub struct RedisConnection(Arc<Inner>);

struct Inner {
    server: RedisServer,
    config: ConnectionManagerConfig,
    manager: Mutex<ConnectionManager>,
}

impl RedisConnection {
    /// A connection which waits for so long, and tries again so often.
    pub fn new(server: &RedisServer, timeout: Duration, retries: usize) -> RedisResult<Self> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(timeout))
            .set_response_timeout(Some(timeout))
            .set_number_of_retries(retries);
        let manager = Mutex::new(server.manager(config.clone())?);
        Ok(Self(Arc::new(Inner { server: server.clone(), config, manager })))
    }

    /// Opens another connection at the next use.
    pub fn renew(&self) {
        if let Ok(manager) = self.0.server.manager(self.0.config.clone()) {
            *self.0.manager.lock().unwrap_or_else(PoisonError::into_inner) = manager;
        }
    }

    fn manager(&self) -> ConnectionManager {
        self.0.manager.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn renew_if_refused<T>(&self, answer: &RedisResult<T>) {
        if answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::AuthenticationFailed) {
            self.renew();
        }
    }
}

impl ConnectionLike for RedisConnection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        Box::pin(async move {
            let answer = self.manager().req_packed_command(command).await;
            self.renew_if_refused(&answer);
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
            let answer = self.manager().req_packed_commands(commands, offset, count).await;
            self.renew_if_refused(&answer);
            answer
        })
    }

    fn get_db(&self) -> i64 {
        self.manager().get_db()
    }
}
