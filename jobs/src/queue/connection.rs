//! The connection to Redis.

use domain::Clock;
use redis::{
    Client, Script, ScriptInvocation,
    aio::{ConnectionManager, ConnectionManagerConfig, PubSub},
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

impl QueueError {
    /// Whether the URL of Redis is invalid.
    pub fn is_misconfigured(&self) -> bool {
        matches!(self, Self::Redis(error) if error.kind() == redis::ErrorKind::InvalidClientConfig)
    }
}

/// The queue. Cheap to clone.
#[derive(Clone)]
pub struct Queue {
    client: Client,
    redis: ConnectionManager,
    namespace: String,
    clock: Clock,
}

impl Queue {
    /// Connects to Redis, and reconnects by itself later. All keys begin with `namespace`.
    pub async fn connect(redis_url: &str, namespace: &str, clock: Clock) -> Result<Self, QueueError> {
        let queue = Self::lazy(redis_url, namespace, clock)?;
        let _: String = redis::cmd("PING").query_async(&mut queue.redis()).await?;
        Ok(queue)
    }

    /// Connects at the first use, for processes that can start without Redis.
    pub fn lazy(redis_url: &str, namespace: &str, clock: Clock) -> Result<Self, QueueError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(ANSWER_TIMEOUT))
            .set_response_timeout(Some(ANSWER_TIMEOUT))
            .set_number_of_retries(1);
        let client = Client::open(redis_url)?;
        let redis = ConnectionManager::new_lazy_with_config(client.clone(), config)?;
        Ok(Self { client, redis, namespace: namespace.to_owned(), clock })
    }

    pub(super) fn redis(&self) -> ConnectionManager {
        self.redis.clone()
    }

    /// A separate connection for pub/sub.
    pub(super) async fn listener(&self) -> Result<PubSub, QueueError> {
        Ok(self.client.get_async_pubsub().await?)
    }

    pub(super) fn key(&self, parts: &str) -> String {
        format!("{}:{parts}", self.namespace)
    }

    /// Prepares a call of a script with the arguments that all scripts share.
    pub(super) fn call<'a>(&self, script: &'a Script) -> ScriptInvocation<'a> {
        let mut call = script.prepare_invoke();
        call.arg(&self.namespace).arg(self.now());
        call
    }

    /// The present instant, in ms.
    pub(super) fn now(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Queue({})", self.namespace)
    }
}
