//! The connection to Redis.

use app::redis_server::{RedisConnection, RedisServer};
use domain::Clock;
use redis::{
    Script, ScriptInvocation,
    aio::{MultiplexedConnection, PubSub},
};
use std::{fmt, time::Duration};

/// How long to wait for an answer of Redis.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// Why the queue could not be used.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// Redis did not answer, or answered with an error.
    #[error("redis: {0}")]
    Redis(#[from] redis::RedisError),
    /// A job could not be serialized, or an answer not parsed.
    #[error("a job in the queue is unreadable: {0}")]
    Payload(String),
}

/// The queue. Cheap to clone.
#[derive(Clone)]
pub struct Queue {
    server: RedisServer,
    redis: RedisConnection,
    prefix: String,
    clock: Clock,
}

impl Queue {
    /// Connects to Redis, and reconnects by itself later. All keys begin with `namespace`.
    pub async fn connect(server: &RedisServer, namespace: &str, clock: Clock) -> Result<Self, QueueError> {
        let queue = Self::lazy(server, namespace, clock);
        let _: String = redis::cmd("PING").query_async(&mut queue.redis()).await?;
        Ok(queue)
    }

    /// Connects at the first use, for processes that can start without Redis.
    pub fn lazy(server: &RedisServer, namespace: &str, clock: Clock) -> Self {
        let redis = RedisConnection::new(server, ANSWER_TIMEOUT, 1);
        Self { server: server.clone(), redis, prefix: server.prefix_of_keys(namespace), clock }
    }

    pub(super) fn redis(&self) -> RedisConnection {
        self.redis.clone()
    }

    /// A separate connection for pub/sub.
    pub(super) async fn listener(&self) -> Result<PubSub, QueueError> {
        Ok(self.server.subscriber().await?)
    }

    /// A separate connection to one server, of a cluster to one of its nodes.
    pub(super) async fn one_server(&self) -> Result<MultiplexedConnection, QueueError> {
        Ok(self.server.one_server(ANSWER_TIMEOUT).await?)
    }

    pub(super) fn key(&self, parts: &str) -> String {
        format!("{}:{parts}", self.prefix)
    }

    /// Prepares a call of a script with the arguments that all scripts share.
    pub(super) fn call<'a>(&self, script: &'a Script) -> ScriptInvocation<'a> {
        let mut call = script.prepare_invoke();
        // By a key a cluster knows which node has them all. These two are never written: while their slot moves from one node to
        // another, a cluster refuses a script with several keys that are not there, instead of running it where others are missing.
        call.key(self.key("any")).key(self.key("other")).arg(&self.prefix).arg(self.now());
        call
    }

    /// The present instant, in ms.
    pub(super) fn now(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Queue({})", self.prefix)
    }
}
