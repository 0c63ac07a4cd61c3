//! The queue of background jobs as administrators see it.
//!
//! This crate does not know the queue: whoever puts the parts together hands in something that does. All workspaces
//! share one queue; whose a job is follows from its subject (`schema::outbox::Subject`).

use crate::{Error, Services, Viewer};
use chrono::{DateTime, Utc};
use schema::outbox::{self, Job, Subject};
use std::pin::Pin;

/// What the queue answers, or why it does not.
pub type BacklogFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, BacklogError>> + Send + 'a>>;

/// Why the queue did not answer. For the log.
#[derive(Debug)]
pub struct BacklogError(pub String);

/// The queue. Jobs are JSON, or whatever is in their place.
pub trait Backlog: Send + Sync {
    /// How many jobs are where.
    fn lanes(&self) -> BacklogFuture<'_, Vec<LaneDepths>>;
    /// What is being run.
    fn running(&self) -> BacklogFuture<'_, Vec<RunningJob>>;
    /// Up to `limit` of the jobs that were given up on, the last one first, that come after the one at this place.
    fn dead(&self, after: Option<i64>, limit: usize) -> BacklogFuture<'_, Vec<DeadJob>>;
    /// Those of these jobs that were given up on.
    fn find_dead<'a>(&'a self, ids: &'a [String]) -> BacklogFuture<'a, Vec<DeadJob>>;
    /// Queues jobs again that were given up on, and returns which there were.
    fn retry<'a>(&'a self, ids: &'a [String]) -> BacklogFuture<'a, Vec<String>>;
    /// Removes jobs that were given up on, and returns which there were.
    fn discard<'a>(&'a self, ids: &'a [String]) -> BacklogFuture<'a, Vec<String>>;
}

/// How many jobs of a lane are where.
#[derive(Debug, Clone)]
pub struct LaneDepths {
    /// The lane's name.
    pub name: &'static str,
    /// Waiting for a worker.
    pub ready: usize,
    /// Waiting for their time.
    pub scheduled: usize,
    /// Being run.
    pub running: usize,
    /// Given up on.
    pub dead: usize,
}

/// A job that is being run.
#[derive(Debug, Clone)]
pub struct RunningJob {
    /// Identity.
    pub id: String,
    /// What it is.
    pub args: String,
    /// Who is at it.
    pub worker: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Counts from 1.
    pub attempt: usize,
}

/// A job that was given up on.
#[derive(Debug, Clone)]
pub struct DeadJob {
    /// Identity.
    pub id: String,
    /// What it is.
    pub args: String,
    /// How often it was tried.
    pub attempts: usize,
    /// Why it failed, for people.
    pub reason: String,
    /// When it was given up on.
    pub at: DateTime<Utc>,
    /// Its place among all of them; the last one has the highest.
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

/// What a job works on; none, where this version cannot read the job.
pub fn subject(args: &str) -> Option<Subject> {
    serde_json::from_str::<Job>(args).ok().map(|job| job.subject())
}

/// Whose a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// The subject is in the viewer's workspace, or is the whole installation.
    Own,
    /// The subject is in another workspace.
    Foreign,
    /// The subject was deleted.
    Deleted,
    /// This version cannot read the job, so that it may be anybody's.
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

    /// Whether the viewer may retry and discard the job. Without a subject, a job does no work and harms nobody.
    pub fn may_be_changed(self) -> bool {
        match self {
            Self::Own | Self::Deleted => true,
            Self::Foreign | Self::Unreadable => false,
        }
    }
}

/// Whose each of these jobs is, by one statement for each kind of subject.
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
    use uuid::Uuid;

    #[test]
    fn a_subject_is_known_of_jobs_that_this_version_can_read_and_of_no_others() {
        let id = Uuid::now_v7();
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
