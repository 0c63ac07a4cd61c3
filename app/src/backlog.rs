//! The queue of background jobs, for administrators.
//!
//! `jobs` depends on `app` and not the other way: the API serves without a queue. So this file declares what the API
//! needs of a queue as the trait [`Backlog`], and `jobs` implements the trait for its queue in Redis. All workspaces
//! share one queue; a job belongs to the workspace of its subject (`schema::outbox::Subject`).

use crate::{Error, Services, Viewer};
use chrono::{DateTime, Utc};
use schema::outbox::{self, Job, Lane, Subject};
use std::pin::Pin;

/// The answer of the queue.
pub type BacklogFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, BacklogError>> + Send + 'a>>;

/// Why the queue did not answer; for the log.
#[derive(Debug)]
pub struct BacklogError(pub String);

/// The queue. The arguments of a job are JSON of [`Job`], or another text if another version has queued the job.
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

/// The queue, for an administrator.
pub fn of<'a>(services: &'a Services, viewer: &Viewer) -> Result<&'a dyn Backlog, Error> {
    viewer.require_admin()?;
    services.backlog.as_deref().ok_or_else(|| Error::Unavailable("this server has no Redis".into()))
}

/// The subject of a job; none if this version cannot read the job.
pub fn subject(args: &str) -> Option<Subject> {
    serde_json::from_str::<Job>(args).ok().map(|job| job.subject())
}

/// Which workspace a job belongs to, as seen by a viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// The subject is in the viewer's workspace, or is the whole installation.
    Own,
    /// The subject is in another workspace.
    Foreign,
    /// The subject was deleted.
    Deleted,
    /// This version cannot read the job, which may belong to any workspace.
    Unreadable,
}

impl Ownership {
    /// Whether the viewer sees the job's arguments and why it failed.
    pub fn is_shown(self) -> bool {
        match self {
            Self::Own => true,
            Self::Foreign | Self::Deleted | Self::Unreadable => false,
        }
    }

    /// Whether the viewer may retry and discard the job. A job whose subject was deleted does no work, and harms
    /// nobody.
    pub fn may_be_changed(self) -> bool {
        match self {
            Self::Own | Self::Deleted => true,
            Self::Foreign | Self::Unreadable => false,
        }
    }
}

/// The ownership of each job; one statement for each kind of subject.
pub async fn ownership(services: &Services, viewer: &Viewer, jobs: &[&str]) -> Result<Vec<Ownership>, Error> {
    let workspace = viewer.workspace.id;
    let subjects: Vec<Option<Subject>> = jobs.iter().map(|args| subject(args)).collect();
    let known: Vec<Subject> = subjects.iter().flatten().copied().collect();
    let owners = outbox::workspaces_of(&mut *services.pool.get().await?, &known).await?;
    let of = |subject: Option<Subject>| match subject {
        None => Ownership::Unreadable,
        Some(Subject::Installation) => Ownership::Own,
        Some(
            subject @ (Subject::Asset(_)
            | Subject::Link(_)
            | Subject::Collection(_)
            | Subject::User(_)
            | Subject::Workspace(_)),
        ) => match owners.get(&subject) {
            Some(owner) if *owner == workspace => Ownership::Own,
            Some(_) => Ownership::Foreign,
            None => Ownership::Deleted,
        },
    };
    Ok(subjects.into_iter().map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::AssetId;

    #[test]
    fn a_subject_is_known_of_jobs_that_this_version_can_read_and_of_no_others() {
        let id = AssetId::new();
        // An older version gave it more fields.
        let args = format!(r#"{{"job":"render_proxy","asset_id":"{id}","preset":"preview","watermarked":true}}"#);
        assert_eq!(subject(&args), Some(Subject::Asset(id)));
        assert_eq!(subject(r#"{"job":"reconcile"}"#), Some(Subject::Installation));
        let newer = format!(r#"{{"job":"of_the_future","asset_id":"{id}"}}"#);
        for unreadable in ["", "[]", "7", &newer, r#"{"job":"ingest_asset","asset_id":7}"#, r#"{"asset_id":7}"#] {
            assert_eq!(subject(unreadable), None, "{unreadable}");
        }
    }
}
