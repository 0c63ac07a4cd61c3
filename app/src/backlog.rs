//! The queue of background jobs as administrators see it.
//!
//! This crate does not know the queue: whoever puts the parts together hands in something that does. All workspaces
//! share one queue, so that whose a job is follows from what it works on.

use crate::{Error, Services, Viewer};
use chrono::{DateTime, Utc};
use schema::{assets, links};
use serde_json::Value;
use std::{collections::HashMap, pin::Pin};
use uuid::Uuid;

/// What the queue answers, or why it does not.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, NoAnswer>> + Send + 'a>>;

/// Why the queue did not answer. For the log.
#[derive(Debug)]
pub struct NoAnswer(pub String);

/// The queue. Jobs are JSON, or whatever is in their place.
pub trait Backlog: Send + Sync {
    /// How many jobs are where.
    fn lanes(&self) -> Answer<'_, Vec<LaneDepths>>;
    /// What is being run.
    fn running(&self) -> Answer<'_, Vec<RunningJob>>;
    /// Up to `limit` of the jobs that were given up on, the last one first, that come after the one at this place.
    fn dead(&self, after: Option<i64>, limit: usize) -> Answer<'_, Vec<DeadJob>>;
    /// Those of these jobs that were given up on.
    fn find_dead<'a>(&'a self, ids: &'a [String]) -> Answer<'a, Vec<DeadJob>>;
    /// Queues jobs again that were given up on, and returns which there were.
    fn retry<'a>(&'a self, ids: &'a [String]) -> Answer<'a, Vec<String>>;
    /// Removes jobs that were given up on, and returns which there were.
    fn discard<'a>(&'a self, ids: &'a [String]) -> Answer<'a, Vec<String>>;
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

impl From<NoAnswer> for Error {
    fn from(NoAnswer(reason): NoAnswer) -> Self {
        Self::Unavailable(reason)
    }
}

/// The queue, for an administrator.
pub fn of<'a>(services: &'a Services, viewer: &Viewer) -> Result<&'a dyn Backlog, Error> {
    viewer.require_admin()?;
    services.backlog.as_deref().ok_or_else(|| Error::Unavailable("this server has no Redis".into()))
}

/// What a job works on: the fields of its JSON that are ids, by name.
pub fn subjects(args: &str) -> Vec<(String, Uuid)> {
    let Ok(Value::Object(fields)) = serde_json::from_str(args) else { return Vec::new() };
    let ids = fields.into_iter().filter_map(|(name, value)| Some((name, Uuid::parse_str(value.as_str()?).ok()?)));
    ids.collect()
}

/// Whose a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The viewer's workspace's, or it keeps the whole installation tidy.
    Ours,
    /// Another workspace's.
    Theirs,
    /// What it works on is gone.
    Nobodys,
}

/// Whose each of these jobs is, by two statements for all of them.
pub async fn whose(services: &Services, viewer: &Viewer, jobs: &[&str]) -> Result<Vec<Whose>, Error> {
    let workspace = viewer.workspace.id;
    let subjects: Vec<Vec<Uuid>> =
        jobs.iter().map(|args| subjects(args).into_iter().map(|(_, id)| id).collect()).collect();
    let ids = subjects.concat();
    let mut owners: HashMap<Uuid, Uuid> = HashMap::new();
    if !ids.is_empty() {
        let mut conn = services.pool.get().await?;
        owners.extend(assets::workspaces(&mut conn, &ids).await?);
        owners.extend(links::workspaces(&mut conn, &ids).await?);
    }
    let of = |ids: &Vec<Uuid>| {
        let found = || ids.iter().map(|id| owners.get(id));
        if found().any(|owner| owner.is_some_and(|owner| *owner != workspace)) {
            Whose::Theirs
        } else if found().any(|owner| owner.is_none()) {
            Whose::Nobodys
        } else {
            Whose::Ours
        }
    };
    Ok(subjects.iter().map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_job_works_on_is_read_from_its_json_whatever_it_is() {
        let id = Uuid::now_v7();
        let args = format!(r#"{{"job":"render_proxy","asset_id":"{id}","preset":"preview","watermarked":true}}"#);
        assert_eq!(subjects(&args), [("asset_id".to_owned(), id)]);
        for none in ["", "[]", "7", r#"{"job":"reconcile"}"#, r#"{"asset_id":7}"#] {
            assert_eq!(subjects(none), [], "{none}");
        }
    }
}
