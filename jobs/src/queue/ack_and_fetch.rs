//! What workers do with the queue: take jobs, keep them, and tell how they ended.

use super::{
    Queue, QueueError,
    scripts::{ACK_AND_FETCH, PUT_BACK, RENEW},
};
use schema::outbox::Lane;
use std::time::Duration;

/// How long a worker may be silent before its job goes to another.
pub const LEASE: Duration = Duration::from_secs(30);

/// How often a job is tried before it is given up on.
pub const MAX_ATTEMPTS: usize = 5;

/// Who takes jobs, and of which lane. Two never have the same name.
#[derive(Debug, Clone)]
pub struct Consumer {
    /// The lane.
    pub lane: Lane,
    /// The name.
    pub owner: String,
}

/// A job that a worker has taken.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Identity.
    pub id: String,
    /// The job, as JSON, or whatever is in its place.
    pub args: Vec<u8>,
    /// Counts from 1.
    pub attempt: usize,
    /// Tells this lease of the job from all others.
    pub fence: usize,
    /// How often it went back since the last attempt without having been tried.
    pub postponed: usize,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The work is done.
    Done,
    /// Try again later, if it was not tried too often yet.
    Retry {
        /// Why, for people.
        reason: String,
        /// How much later.
        after: Duration,
    },
    /// This was no attempt: try again later, however often.
    Postpone {
        /// Why, for people.
        reason: String,
        /// How much later.
        after: Duration,
    },
    /// Trying again would not help.
    Abort {
        /// Why, for people.
        reason: String,
    },
}

/// The end of an attempt.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Of which job.
    pub id: String,
    /// By which lease.
    pub fence: usize,
    /// How it ended.
    pub outcome: Outcome,
}

/// What a worker got.
#[derive(Debug)]
pub struct Fetched {
    /// To be run now.
    pub taken: Vec<Taken>,
    /// How long until something is due that waits for its time, or for the end of a lease; none, if there is nothing.
    pub wait: Option<Duration>,
}

impl Queue {
    /// Tells how attempts ended, and takes up to `room` jobs, in one round trip. An end is ignored if the job is not held
    /// by that lease any more.
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

    /// Prolongs the leases of jobs that a worker is at: ids and fences.
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

    /// Puts back, as if they had not been tried, the jobs of a lane that are leased to owners whose names begin with
    /// `process`, but for the leases in `except`: ids and fences; returns how many.
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
