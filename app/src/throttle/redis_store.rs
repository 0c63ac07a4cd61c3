//! Throttle buckets in Redis, which all processes share.

use super::limits::Bucket;
use crate::{
    outage_log::OutageLog,
    redis_server::{RedisConnection, RedisServer},
};
use redis::Script;
use std::{
    sync::{LazyLock, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// What the keys of all buckets begin with.
const PREFIX: &str = "vitrine:throttle";

/// How long Redis is not asked again after it did not answer.
const PAUSE: Duration = Duration::from_secs(1);

/// Charges all buckets, or none if one of them is empty. Returns how many milliseconds to wait. The value of a bucket
/// is the instant at which it is full again, in the time of Redis, so that all processes agree.
static CHARGE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait, full = 0, {}
for i, key in ipairs(KEYS) do
  local burst, refill = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  full[i] = math.max(tonumber(redis.call('GET', key) or 0), now) + refill
  wait = math.max(wait, full[i] - now - burst * refill)
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do redis.call('SET', key, full[i], 'PX', full[i] - now) end
return 0",
    )
});

/// Takes back one charge of each bucket.
static REFUND: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i, key in ipairs(KEYS) do
  local full = tonumber(redis.call('GET', key) or 0) - tonumber(ARGV[2 * i])
  if full > now then redis.call('SET', key, full, 'PX', full - now) else redis.call('DEL', key) end
end
return 0",
    )
});

pub(super) struct RedisStore {
    connection: RedisConnection,
    prefix: String,
    timeout: Duration,
    paused_until: Mutex<Option<Instant>>,
    outage: OutageLog,
}

impl RedisStore {
    pub(super) fn new(server: &RedisServer, timeout: Duration) -> Self {
        Self {
            connection: RedisConnection::new(server, timeout, 0),
            prefix: server.prefix_of_keys(PREFIX),
            timeout,
            paused_until: Mutex::new(None),
            outage: OutageLog::default(),
        }
    }

    /// Charges all buckets, or none if one of them is empty. Returns how long to wait; zero if the buckets were
    /// charged; none if Redis does not answer.
    pub(super) async fn charge(&self, buckets: &[Bucket]) -> Option<Duration> {
        self.run(&CHARGE, buckets).await
    }

    /// Takes back one charge of each bucket, if Redis answers.
    pub(super) async fn refund(&self, buckets: &[Bucket]) {
        self.run(&REFUND, buckets).await;
    }

    async fn run(&self, script: &Script, buckets: &[Bucket]) -> Option<Duration> {
        let paused = || self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        if paused().is_some_and(|end| Instant::now() < end) {
            return None;
        }
        let mut call = script.prepare_invoke();
        for Bucket { limit, key } in buckets {
            call.key(format!("{}:{key}", self.prefix));
            call.arg(limit.burst).arg(u64::try_from(limit.refill.as_millis()).unwrap_or(u64::MAX));
        }
        let mut redis = self.connection.clone();
        let reason = match tokio::time::timeout(self.timeout, call.invoke_async::<u64>(&mut redis)).await {
            Ok(Ok(milliseconds)) => {
                if let Some(lasted) = self.outage.succeeded() {
                    tracing::warn!(?lasted, "attempts are counted in Redis again");
                }
                return Some(Duration::from_millis(milliseconds));
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer".to_owned(),
        };
        if self.outage.failed() {
            tracing::warn!(reason, "attempts are counted in this process only");
        }
        self.connection.renew();
        *paused() = Some(Instant::now() + PAUSE);
        None
    }
}
