//! The queue in Redis: what is in it, and the few atomic steps that a job takes through it.
//!
//! Keys, all below one namespace: `ready` and `scheduled` (sorted sets of job ids), `lease` (who works on what, by
//! the end of the lease), `dead` (given up on), `job:<id>` (a hash), `key:<key>` (the id of the job that has this
//! idempotency key and is not done; one that was given up on holds it for an hour, so that work which fails
//! each time is not queued again at once). Each step is one script, so that a crash leaves a job in exactly one place.

use domain::Clock;
use redis::{Script, aio::ConnectionManager};
use schema::outbox::{Job, Priority};
use std::{fmt, sync::LazyLock, time::Duration};
use ulid::Ulid;

/// How long a worker may be silent before its job goes to another.
pub const LEASE: Duration = Duration::from_secs(30);

/// How often a job is tried before it is given up on.
pub const MAX_ATTEMPTS: u32 = 5;

/// Adds a job, unless one with the same key is on its way; for later, if its time has not come.
static PUSH: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local ns, id, args, key, now, due, priority = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7]
if not redis.call('SET', ns..':key:'..key, id, 'NX') then return 0 end
redis.call('HSET', ns..':job:'..id, 'args', args, 'key', key, 'attempts', 0, 'priority', priority)
if due > now then
  redis.call('ZADD', ns..':scheduled', due, id)
else
  redis.call('ZADD', ns..':ready', (redis.call('HGET', ns..':job:'..id, 'priority') or 2) * 1e13 + now, id)
end
return 1",
    )
});

/// Takes the next job: first wakes the scheduled ones that are due and the ones whose worker fell silent.
static FETCH: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local ns, now, lease, owner, max = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
for _, id in ipairs(redis.call('ZRANGEBYSCORE', ns..':scheduled', '-inf', now, 'LIMIT', 0, 100)) do
  redis.call('ZREM', ns..':scheduled', id)
  redis.call('ZADD', ns..':ready', (redis.call('HGET', ns..':job:'..id, 'priority') or 2) * 1e13 + now, id)
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', ns..':lease', '-inf', now, 'LIMIT', 0, 100)) do
  redis.call('ZREM', ns..':lease', id)
  local job = ns..':job:'..id
  if tonumber(redis.call('HGET', job, 'attempts') or max) >= max then
    redis.call('HSET', job, 'reason', 'the worker was lost each time')
    redis.call('ZADD', ns..':dead', now, id)
    redis.call('EXPIRE', ns..':key:'..(redis.call('HGET', job, 'key') or ''), 3600)
  else
    redis.call('ZADD', ns..':ready', (redis.call('HGET', ns..':job:'..id, 'priority') or 2) * 1e13 + now, id)
  end
end
local next = redis.call('ZPOPMIN', ns..':ready')
local id = next[1]
if not id then return {} end
local job = ns..':job:'..id
redis.call('ZADD', ns..':lease', now + lease, id)
local attempts = redis.call('HINCRBY', job, 'attempts', 1)
redis.call('HSET', job, 'owner', owner)
return {id, redis.call('HGET', job, 'args'), tostring(attempts)}",
    )
});

/// Ends an attempt: done, to be tried again later, or given up on. Ignored if the lease went to another worker.
static FINISH: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local ns, id, owner, outcome, reason, now, max = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local job = ns..':job:'..id
if redis.call('HGET', job, 'owner') ~= owner then return 0 end
redis.call('ZREM', ns..':lease', id)
local key = ns..':key:'..redis.call('HGET', job, 'key')
if outcome == 'done' then
  redis.call('DEL', job, key)
elseif outcome == 'abort' or tonumber(redis.call('HGET', job, 'attempts')) >= max then
  redis.call('HSET', job, 'reason', reason)
  redis.call('HDEL', job, 'owner')
  redis.call('ZADD', ns..':dead', now, id)
  redis.call('EXPIRE', key, 3600)
else
  redis.call('HSET', job, 'reason', reason)
  redis.call('HDEL', job, 'owner')
  local attempts = tonumber(redis.call('HGET', job, 'attempts'))
  redis.call('ZADD', ns..':scheduled', now + 500 * 2 ^ attempts + tonumber(ARGV[8]), id)
end
return 1",
    )
});

/// Prolongs a lease that this worker still holds.
static RENEW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
if redis.call('HGET', ARGV[1]..':job:'..ARGV[2], 'owner') ~= ARGV[3] then return 0 end
return redis.call('ZADD', ARGV[1]..':lease', 'XX', 'CH', ARGV[4], ARGV[2])",
    )
});

/// Puts a job back untouched, because its worker shuts down.
static RETURN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local ns, id, now = ARGV[1], ARGV[2], ARGV[3]
if redis.call('ZREM', ns..':lease', id) == 0 then return 0 end
redis.call('HINCRBY', ns..':job:'..id, 'attempts', -1)
redis.call('HDEL', ns..':job:'..id, 'owner')
return redis.call('ZADD', ns..':ready', (redis.call('HGET', ns..':job:'..id, 'priority') or 2) * 1e13 + now, id)",
    )
});

/// Puts back whatever the workers of a process still hold.
static RETURN_ALL: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local ns, process, now, returned = ARGV[1], ARGV[2], ARGV[3], 0
for _, id in ipairs(redis.call('ZRANGE', ns..':lease', 0, -1)) do
  local job = ns..':job:'..id
  if string.sub(redis.call('HGET', job, 'owner') or '', 1, #process) == process then
    redis.call('ZREM', ns..':lease', id)
    redis.call('HINCRBY', job, 'attempts', -1)
    redis.call('HDEL', job, 'owner')
    redis.call('ZADD', ns..':ready', (redis.call('HGET', ns..':job:'..id, 'priority') or 2) * 1e13 + now, id)
    returned = returned + 1
  end
end
return returned",
    )
});

/// Why the queue could not be used.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// Redis did not answer, or not as expected.
    #[error("redis: {0}")]
    Redis(#[from] redis::RedisError),
    /// A job could not be written or read.
    #[error("a job in the queue is unreadable: {0}")]
    Payload(String),
}

/// A job that a worker has taken.
#[derive(Debug)]
pub struct Taken {
    /// Identity.
    pub id: Ulid,
    /// The job, as JSON.
    pub args: Vec<u8>,
    /// Counts from 1.
    pub attempt: usize,
}

/// How many jobs are where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depths {
    /// Waiting for a worker.
    pub ready: usize,
    /// Waiting for their time: delayed, or to be tried again.
    pub scheduled: usize,
    /// Being worked on.
    pub running: usize,
    /// Given up on.
    pub dead: usize,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The work is done.
    Done,
    /// Try again later.
    Retry,
    /// Trying again would not help.
    Abort,
}

/// The queue. Cheap to clone.
#[derive(Clone)]
pub struct Queue {
    redis: ConnectionManager,
    namespace: String,
    clock: Clock,
}

impl Queue {
    /// Connects to Redis; later breaks heal by themselves. Everything is kept below `namespace`.
    pub async fn connect(redis_url: &str, namespace: &str, clock: Clock) -> Result<Self, QueueError> {
        let config = redis::aio::ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_secs(2)))
            .set_response_timeout(Some(Duration::from_secs(2)))
            .set_number_of_retries(1);
        let redis = ConnectionManager::new_with_config(redis::Client::open(redis_url)?, config).await?;
        Ok(Self { redis, namespace: namespace.to_owned(), clock })
    }

    /// Adds a job, to be run when its time has come; `false` where the same work is on its way already.
    pub async fn push(&self, job: &Job, priority: Priority) -> Result<bool, QueueError> {
        let args = serde_json::to_vec(job).map_err(|error| QueueError::Payload(error.to_string()))?;
        let mut call = PUSH.prepare_invoke();
        call.arg(&self.namespace).arg(Ulid::generate().to_string()).arg(args).arg(job.key());
        // Rounded up: never a moment too early.
        call.arg(self.now()).arg(job.not_before().map_or(0, |time| time.timestamp_millis() + 1));
        call.arg(priority as u8);
        Ok(call.invoke_async(&mut self.redis.clone()).await?)
    }

    /// Takes the next job for a worker.
    pub async fn fetch(&self, owner: &str) -> Result<Option<Taken>, QueueError> {
        let mut call = FETCH.prepare_invoke();
        call.arg(&self.namespace).arg(self.now()).arg(millis(LEASE)).arg(owner).arg(MAX_ATTEMPTS);
        let found: Vec<Vec<u8>> = call.invoke_async(&mut self.redis.clone()).await?;
        let [id, args, attempt] = found.as_slice() else { return Ok(None) };
        let unreadable = || QueueError::Payload(String::from_utf8_lossy(id).into_owned());
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| unreadable());
        Ok(Some(Taken {
            id: text(id)?.parse().map_err(|_| unreadable())?,
            args: args.clone(),
            attempt: text(attempt)?.parse().map_err(|_| unreadable())?,
        }))
    }

    /// Ends an attempt. `jitter` spreads retries, so that what failed together is not tried together.
    pub async fn finish(
        &self,
        id: &str,
        owner: &str,
        outcome: Outcome,
        reason: &str,
        jitter: Duration,
    ) -> Result<(), QueueError> {
        let outcome = match outcome {
            Outcome::Done => "done",
            Outcome::Retry => "retry",
            Outcome::Abort => "abort",
        };
        let mut call = FINISH.prepare_invoke();
        call.arg(&self.namespace).arg(id).arg(owner).arg(outcome).arg(reason);
        call.arg(self.now()).arg(MAX_ATTEMPTS).arg(millis(jitter));
        let _: i64 = call.invoke_async(&mut self.redis.clone()).await?;
        Ok(())
    }

    /// Prolongs the leases of jobs that a worker is at.
    pub async fn renew(&self, ids: &[String], owner: &str) -> Result<(), QueueError> {
        for id in ids {
            let mut call = RENEW.prepare_invoke();
            call.arg(&self.namespace).arg(id).arg(owner).arg(self.now() + millis(LEASE));
            let _: i64 = call.invoke_async(&mut self.redis.clone()).await?;
        }
        Ok(())
    }

    /// Puts a job back untouched.
    pub async fn put_back(&self, id: &str) -> Result<(), QueueError> {
        let mut call = RETURN.prepare_invoke();
        call.arg(&self.namespace).arg(id).arg(self.now());
        let _: i64 = call.invoke_async(&mut self.redis.clone()).await?;
        Ok(())
    }

    /// How many jobs are where.
    pub async fn depths(&self) -> Result<Depths, QueueError> {
        let mut pipe = redis::pipe();
        for set in ["ready", "scheduled", "lease", "dead"] {
            pipe.zcard(format!("{}:{set}", self.namespace));
        }
        let (ready, scheduled, running, dead) = pipe.query_async(&mut self.redis.clone()).await?;
        Ok(Depths { ready, scheduled, running, dead })
    }

    /// Puts back all jobs that are leased to owners whose names begin with `process`, and returns how many.
    pub async fn put_back_all(&self, process: &str) -> Result<usize, QueueError> {
        let mut call = RETURN_ALL.prepare_invoke();
        call.arg(&self.namespace).arg(process).arg(self.now());
        Ok(call.invoke_async(&mut self.redis.clone()).await?)
    }

    fn now(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Queue({})", self.namespace)
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
