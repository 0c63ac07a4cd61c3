//! What workers do with the queue: fetch jobs, renew their leases, and acknowledge how they ended.

use super::{
    Queue, QueueError,
    scripts::{ACK_AND_FETCH, PUT_BACK, RENEW},
};
use schema::outbox::Lane;
use std::time::Duration;

/// How long a lease lasts. A worker that does not renew it in time loses the job to another worker.
pub const LEASE: Duration = Duration::from_secs(30);

/// How often a job is tried before it is dead.
pub const MAX_ATTEMPTS: usize = 5;

/// One consumer of a lane's jobs.
#[derive(Debug, Clone)]
pub struct Consumer {
    /// The lane.
    pub lane: Lane,
    /// The consumer's name, which no other consumer has.
    pub owner: String,
}

/// A job that a worker has fetched.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Identity.
    pub id: String,
    /// The job as JSON, unless something else was written to Redis.
    pub args: Vec<u8>,
    /// Counts from 1.
    pub attempt: usize,
    /// The fencing token: each lease of a job has another, so that late acknowledgements are ignored.
    pub fence: usize,
    /// How often the job was postponed since the last attempt.
    pub postponed: usize,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The work is done.
    Done,
    /// Try again later, unless this was the last attempt.
    Retry {
        /// Why, for people.
        reason: String,
        /// How much later.
        after: Duration,
    },
    /// Try again later, without counting this as an attempt.
    Postpone {
        /// Why, for people.
        reason: String,
        /// How much later.
        after: Duration,
    },
    /// The job is dead, because trying again would not help.
    Abort {
        /// Why, for people.
        reason: String,
    },
}

/// The end of an attempt.
#[derive(Debug, Clone)]
pub struct Ended {
    /// The job's id.
    pub id: String,
    /// The fencing token of the lease.
    pub fence: usize,
    /// How it ended.
    pub outcome: Outcome,
}

/// The answer to a fetch.
#[derive(Debug)]
pub struct Fetched {
    /// The jobs to run now.
    pub taken: Vec<Taken>,
    /// How long until the next scheduled job is due or the next lease ends; none, if there is neither.
    pub wait: Option<Duration>,
}

impl Queue {
    /// Acknowledges ended attempts and fetches up to `room` jobs in one round trip. An acknowledgement is ignored if
    /// its lease has passed to another attempt.
    pub async fn ack_and_fetch(
        &self,
        consumer: &Consumer,
        room: usize,
        ended: &[Ended],
    ) -> Result<Fetched, QueueError> {
        let mut call = self.call(&ACK_AND_FETCH);
        call.arg(consumer.lane.name()).arg(&consumer.owner).arg(millis(LEASE)).arg(MAX_ATTEMPTS).arg(room);
        for Ended { id, fence, outcome } in ended {
            let (outcome, reason, after) = match outcome {
                Outcome::Done => ("done", "", Duration::ZERO),
                Outcome::Retry { reason, after } => ("retry", reason.as_str(), *after),
                Outcome::Postpone { reason, after } => ("postpone", reason.as_str(), *after),
                Outcome::Abort { reason } => ("abort", reason.as_str(), Duration::ZERO),
            };
            call.arg(id).arg(fence).arg(outcome).arg(reason).arg(millis(after));
        }
        let answer: Vec<Vec<u8>> = call.invoke_async(&mut self.redis()).await?;
        let (wait, jobs) = answer.split_first().ok_or_else(|| QueueError::Payload("no answer".into()))?;
        let taken = jobs.chunks_exact(5).map(|job| {
            Ok(Taken {
                id: text(&job[0]),
                args: job[1].clone(),
                attempt: usize::try_from(number(&job[2])?).unwrap_or(1),
                fence: usize::try_from(number(&job[3])?).unwrap_or(0),
                postponed: usize::try_from(number(&job[4])?).unwrap_or(0),
            })
        });
        Ok(Fetched {
            taken: taken.collect::<Result<_, QueueError>>()?,
            wait: u64::try_from(number(wait)?).ok().map(Duration::from_millis),
        })
    }

    /// Extends the leases of running jobs, given as ids and fences.
    pub async fn renew(&self, consumer: &Consumer, running: &[(String, usize)]) -> Result<(), QueueError> {
        if running.is_empty() {
            return Ok(());
        }
        let mut call = self.call(&RENEW);
        call.arg(consumer.lane.name()).arg(&consumer.owner).arg(millis(LEASE));
        for (id, fence) in running {
            call.arg(id).arg(fence);
        }
        Ok(call.invoke_async(&mut self.redis()).await?)
    }

    /// Puts back the jobs of a lane that are leased to consumers whose names begin with `process`, without counting an
    /// attempt. Leases in `except` (ids and fences) are kept. Returns how many jobs were put back.
    pub async fn put_back(&self, lane: Lane, process: &str, except: &[(String, usize)]) -> Result<usize, QueueError> {
        let mut call = self.call(&PUT_BACK);
        call.arg(lane.name()).arg(process);
        for (id, fence) in except {
            call.arg(id).arg(fence);
        }
        Ok(call.invoke_async(&mut self.redis()).await?)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn number(bytes: &[u8]) -> Result<i64, QueueError> {
    let text = text(bytes);
    text.parse().map_err(|_| QueueError::Payload(text))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
