//! `JobQueue`: what is to be done in the background, what is being done, and what was given up on.

use crate::{
    context,
    count::saturating,
    paging::{CountCursor, PageArgs, connect},
    types::share_options::number,
};
use app::{Error, backlog, backlog::Ownership};
use async_graphql::{Context, ID, Object, SimpleObject, connection::Connection};
use chrono::{DateTime, Utc};
use domain::node_id::NodeKind;
use schema::{Slice, outbox::Subject};
use serde_json::Value;

/// The queue of background jobs. All workspaces share it: of another workspace's jobs only ids are shown.
pub(crate) struct JobQueue;

/// How many jobs of a lane are where. No lane ever waits for another.
#[derive(SimpleObject)]
struct JobLane {
    name: String,
    /// Waiting for a worker.
    ready: i32,
    /// Waiting for their time: delayed, or to be tried again.
    scheduled: i32,
    /// Being run.
    running: i32,
    /// Given up on.
    dead: i32,
}

/// A job that is being run.
#[derive(SimpleObject)]
struct RunningJob {
    id: ID,
    /// What it does, as in `ingest_asset`.
    job: String,
    /// Ids of what it works on.
    about: Vec<ID>,
    /// The worker that is at it.
    worker: String,
    since: DateTime<Utc>,
    /// Counts from 1.
    attempt: i32,
}

/// A job that was given up on: it failed too often, or said that trying again will not help.
#[derive(SimpleObject)]
pub(crate) struct DeadJob {
    id: ID,
    /// What it does, as in `ingest_asset`.
    job: String,
    /// Ids of what it works on.
    about: Vec<ID>,
    /// All its arguments, as JSON; null where what it works on is another workspace's, gone, or unknown.
    arguments: Option<String>,
    /// How often it was tried.
    attempts: i32,
    /// Why it failed at last; null where what it works on is another workspace's, gone, or unknown.
    reason: Option<String>,
    /// When it was given up on.
    died_at: DateTime<Utc>,
    #[graphql(skip)]
    place: i64,
}

/// Jobs that were given up on, the last one first.
type DeadJobConnection = Connection<CountCursor, DeadJob, DeadJobTotal>;

#[Object]
impl JobQueue {
    /// How many jobs are where, lane by lane.
    async fn lanes(&self, ctx: &Context<'_>) -> Result<Vec<JobLane>, Error> {
        let (backlog, _) = context::backlog(ctx)?;
        let lane = |lane: backlog::LaneDepths| JobLane {
            name: lane.name.to_owned(),
            ready: saturating(lane.ready),
            scheduled: saturating(lane.scheduled),
            running: saturating(lane.running),
            dead: saturating(lane.dead),
        };
        Ok(backlog.lanes().await?.into_iter().map(lane).collect())
    }

    /// What is being run, the oldest job first.
    async fn running(&self, ctx: &Context<'_>) -> Result<Vec<RunningJob>, Error> {
        let (backlog, _) = context::backlog(ctx)?;
        let job = |job: backlog::RunningJob| RunningJob {
            id: job.id.into(),
            job: name(&job.args),
            about: about(&job.args),
            worker: job.worker,
            since: job.since,
            attempt: saturating(job.attempt),
        };
        Ok(backlog.running().await?.into_iter().map(job).collect())
    }

    /// Jobs that were given up on, the last one first.
    async fn dead(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many nodes: at most 100; 20 where it is left out.")] first: Option<i32>,
        after: Option<String>,
    ) -> Result<DeadJobConnection, Error> {
        let (backlog, viewer) = context::backlog(ctx)?;
        let (limit, after) = PageArgs::forward(first, after).counted()?;
        let limit = usize::try_from(limit).unwrap_or_default();
        let mut rows = backlog.dead(after, limit + 1).await?;
        let has_next = rows.len() > limit;
        rows.truncate(limit);
        let args: Vec<&str> = rows.iter().map(|row| row.args.as_str()).collect();
        let ownership = backlog::ownership(context::services(ctx), viewer, &args).await?;
        let rows = rows.into_iter().zip(ownership).map(|(row, ownership)| DeadJob::of(row, ownership)).collect();
        let slice = Slice { rows, has_next, has_previous: after.is_some() };
        Ok(connect(slice, DeadJobTotal, |job: &DeadJob| CountCursor(job.place), |job| job))
    }
}

impl DeadJob {
    fn of(row: backlog::DeadJob, ownership: Ownership) -> Self {
        let shown = ownership.is_shown();
        Self {
            job: name(&row.args),
            about: about(&row.args),
            id: row.id.into(),
            arguments: shown.then_some(row.args),
            attempts: saturating(row.attempts),
            reason: shown.then_some(row.reason),
            died_at: row.at,
            place: row.place,
        }
    }
}

/// The field `totalCount`, which counts only when it is asked for.
struct DeadJobTotal;

#[Object]
impl DeadJobTotal {
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32, Error> {
        let (backlog, _) = context::backlog(ctx)?;
        Ok(saturating(backlog.lanes().await?.into_iter().map(|lane| lane.dead).sum()))
    }
}

fn name(args: &str) -> String {
    let job: Option<Value> = serde_json::from_str(args).ok();
    job.and_then(|job| job["job"].as_str().map(str::to_owned)).unwrap_or_else(|| "unreadable".to_owned())
}

fn about(args: &str) -> Vec<ID> {
    match backlog::subject(args) {
        Some(Subject::Asset(id)) => vec![NodeKind::Asset.id(id).into()],
        Some(Subject::Link(id)) => vec![NodeKind::Link.id(id).into()],
        Some(Subject::Collection(id)) => vec![NodeKind::Collection.id(id).into()],
        Some(Subject::User(id)) => vec![NodeKind::User.id(id).into()],
        Some(Subject::Workspace(id)) => vec![id.to_string().into()],
        Some(Subject::Installation) | None => Vec::new(),
    }
}
