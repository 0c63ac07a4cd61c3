//! A connection that is opened again by itself.

use super::{RedisServer, address::Manager};
use redis::{
    Cmd, ErrorKind, Pipeline, RedisError, RedisFuture, RedisResult, ServerErrorKind, Value, aio::ConnectionLike,
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
    timeout: Duration,
    retries: usize,
    current: Mutex<Current>,
}

/// The present manager, and how many there were before it.
#[derive(Default)]
struct Current {
    number: u64,
    manager: Option<Manager>,
}

impl RedisConnection {
    /// A connection which waits for so long, and tries again so often.
    pub fn new(server: &RedisServer, timeout: Duration, retries: usize) -> Self {
        Self(Arc::new(Inner { server: server.clone(), timeout, retries, current: Mutex::default() }))
    }

    /// Opens another connection at the next use.
    pub fn renew(&self) {
        let mut current = self.current();
        *current = Current { number: current.number + 1, manager: None };
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.0.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The manager, and its number.
    async fn manager(&self) -> RedisResult<(u64, Manager)> {
        let known = {
            let current = self.current();
            current.manager.clone().map(|manager| (current.number, manager))
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let Inner { server, timeout, retries, current: _ } = &*self.0;
        let manager = tokio::time::timeout(*timeout, server.manager(*timeout, *retries)).await;
        let manager = manager.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        let mut current = self.current();
        // Another caller may have been faster.
        let manager = current.manager.get_or_insert(manager).clone();
        Ok((current.number, manager))
    }

    /// Opens another connection at the next use, if this answer of a manager wants it. Another caller may have seen to it.
    fn renew_if_elsewhere<T>(&self, used: u64, answer: &RedisResult<T>) {
        let Err(error) = answer else { return };
        let is_refused = error.kind() == ErrorKind::AuthenticationFailed;
        let is_meant = is_refused || self.0.server.may_move() && is_of_another(error);
        if is_meant && self.current().number == used {
            self.renew();
        }
    }
}

/// Whether an error may mean that another server has taken over.
fn is_of_another(error: &RedisError) -> bool {
    let replies = [ServerErrorKind::ReadOnly, ServerErrorKind::MasterDown].map(ErrorKind::Server);
    // A cluster that is not found is looked for without a pause, until the connection is dropped.
    error.kind() == ErrorKind::ClusterConnectionNotFound
        // A server that nobody follows any more may have been cut off from the others.
        || error.is_io_error() || replies.contains(&error.kind()) || error.code() == Some("NOREPLICAS")
}

impl ConnectionLike for RedisConnection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        Box::pin(async move {
            let (used, mut manager) = self.manager().await?;
            // A refusal comes as a value.
            let answer = match &mut manager {
                Manager::One(manager) => manager.req_packed_command(command).await,
                Manager::Cluster(cluster) => cluster.req_packed_command(command).await,
            };
            let answer = answer.and_then(Value::extract_error);
            self.renew_if_elsewhere(used, &answer);
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
            let (used, mut manager) = self.manager().await?;
            let answer = match &mut manager {
                Manager::One(manager) => manager.req_packed_commands(commands, offset, count).await,
                Manager::Cluster(cluster) => cluster.req_packed_commands(commands, offset, count).await,
            };
            self.renew_if_elsewhere(used, &answer);
            answer
        })
    }

    fn get_db(&self) -> i64 {
        self.0.server.database()
    }
}
