//! The queue of background jobs, for administrators.
//!
//! `jobs` depends on `app` and not the other way: the API serves without a queue. So this file declares what the API
//! needs of a queue as the trait [`Backlog`], and `jobs` implements the trait for its queue in Redis.

use crate::Error;
use chrono::{DateTime, Utc};
use schema::outbox::{Job, Lane};
use std::pin::Pin;

/// The answer of the queue.
pub type BacklogFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, BacklogError>> + Send + 'a>>;

/// Why the queue did not answer; for the log.
#[derive(Debug)]
pub struct BacklogError(pub String);

/// The queue. The arguments of a job are JSON of [`schema::outbox::Job`], or another text if another version has queued the job.
pub trait Backlog: Send + Sync {
    /// How many jobs each lane has in each state.
    fn lanes(&self) -> BacklogFuture<'_, Vec<LaneDepths>>;
    /// The running jobs.
    fn running(&self) -> BacklogFuture<'_, Vec<RunningJob>>;
    /// Up to `limit` dead jobs whose positions are below `after`, the one that died last first.
    fn dead(&self, after: Option<i64>, limit: usize) -> BacklogFuture<'_, Vec<DeadJob>>;
    /// Those of these jobs that are dead. Their positions are left at 0.
    fn find_dead<'a>(&'a self, ids: &'a [String]) -> BacklogFuture<'a, Vec<DeadJob>>;
    /// Queues dead jobs again, and returns the ids of those that were dead.
    fn retry<'a>(&'a self, ids: &'a [String]) -> BacklogFuture<'a, Vec<String>>;
    /// Queues those of these jobs again that are dead, and returns their ids.
    fn revive<'a>(&'a self, jobs: &'a [Job]) -> BacklogFuture<'a, Vec<String>>;
    /// Removes dead jobs, and returns the ids of those that were dead.
    fn discard<'a>(&'a self, ids: &'a [String]) -> BacklogFuture<'a, Vec<String>>;
}

/// How many jobs of a lane are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneDepths {
    /// The lane.
    pub lane: Lane,
    /// Waiting for a worker.
    pub ready: usize,
    /// Waiting for their time.
    pub scheduled: usize,
    /// Being run.
    pub running: usize,
    /// Dead: not tried any more.
    pub dead: usize,
}

/// A running job.
#[derive(Debug, Clone)]
pub struct RunningJob {
    /// Identity.
    pub id: String,
    /// The job as JSON.
    pub args: String,
    /// The worker that runs the job.
    pub worker: String,
    /// When the worker began.
    pub since: DateTime<Utc>,
    /// The number of the attempt, from 1.
    pub attempt: usize,
}

/// A dead job: it failed too often, or failed in a way that another attempt cannot change.
#[derive(Debug, Clone)]
pub struct DeadJob {
    /// Identity.
    pub id: String,
    /// The job as JSON.
    pub args: String,
    /// How often the job was tried.
    pub attempts: usize,
    /// Why the last attempt failed, for people.
    pub reason: String,
    /// When the job died.
    pub at: DateTime<Utc>,
    /// The position among dead jobs; the one that died last has the highest.
    pub place: i64,
}

impl From<BacklogError> for Error {
    fn from(BacklogError(reason): BacklogError) -> Self {
        Self::Unavailable(reason)
    }
}
