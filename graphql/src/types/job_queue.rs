//! `JobQueue`: waiting, running and dead background jobs.

use crate::{
    context,
    count::saturating,
    paging::{CountCursor, PageArgs, connect_counted},
    types::total::{Listing, Total},
};
use app::{
    Error, backlog,
    job_queue::{self, Ownership},
};
use async_graphql::{Context, ID, Object, SimpleObject, connection::Connection};
use chrono::{DateTime, Utc};
use domain::node_id::NodeId;
use schema::{Slice, outbox::Subject};
use serde_json::Value;

/// The queue of background jobs. All workspaces share it; only the ids of jobs of other workspaces are shown.
pub(crate) struct JobQueue;

/// The jobs of a lane, counted by state. Lanes never wait for each other.
#[derive(SimpleObject)]
struct JobLane {
    name: String,
    /// Waiting for a worker.
    ready: i32,
    /// Waiting for their time: delayed jobs, and jobs that failed and will be tried again.
    scheduled: i32,
    /// Running.
    running: i32,
    /// Dead: not tried any more.
    dead: i32,
}

/// A running job.
#[derive(SimpleObject)]
struct RunningJob {
    id: ID,
    /// The name of the job, such as `ingest_asset`.
    job: String,
    /// The ids of the objects that the job works on.
    about: Vec<ID>,
    /// The worker that runs the job.
    worker: String,
    since: DateTime<Utc>,
    /// The number of the attempt, from 1.
    attempt: i32,
}

/// A dead job: it failed too often, or failed in a way that another attempt cannot change.
#[derive(SimpleObject)]
pub(crate) struct DeadJob {
    id: ID,
    /// The name of the job, such as `ingest_asset`.
    job: String,
    /// The ids of the objects that the job works on.
    about: Vec<ID>,
    /// All arguments as JSON; null if the job's object belongs to another workspace, was deleted, or is unknown.
    arguments: Option<String>,
    /// How often the job was tried.
    attempts: i32,
    /// Why the last attempt failed; null if the job's object belongs to another workspace, was deleted, or is unknown.
    reason: Option<String>,
    /// When the job died.
    died_at: DateTime<Utc>,
    #[graphql(skip)]
    place: i64,
}

/// Dead jobs, the one that died last first.
type DeadJobConnection = Connection<CountCursor, DeadJob, Total>;

#[Object]
impl JobQueue {
    /// The lanes, with how many jobs are in each state.
    async fn lanes(&self, ctx: &Context<'_>) -> Result<Vec<JobLane>, Error> {
        let (backlog, _) = context::backlog(ctx)?;
        let lane = |lane: backlog::LaneDepths| JobLane {
            name: lane.lane.name().to_owned(),
            ready: saturating(lane.ready),
            scheduled: saturating(lane.scheduled),
            running: saturating(lane.running),
            dead: saturating(lane.dead),
        };
        Ok(backlog.lanes().await?.into_iter().map(lane).collect())
    }

    /// The running jobs, the oldest first.
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

    /// Dead jobs, the one that died last first.
    async fn dead(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] first: Option<i32>,
        after: Option<String>,
    ) -> Result<DeadJobConnection, Error> {
        let (backlog, viewer) = context::backlog(ctx)?;
        let (limit, after) = PageArgs::forward(first, after).counted()?;
        let limit = usize::try_from(limit).unwrap_or_default();
        let mut rows = backlog.dead(after, limit + 1).await?;
        let has_next = rows.len() > limit;
        rows.truncate(limit);
        let args: Vec<&str> = rows.iter().map(|row| row.args.as_str()).collect();
        let ownership = job_queue::ownership(&mut *context::connection(ctx).await?, viewer, &args).await?;
        let rows = rows.into_iter().zip(ownership).map(|(row, ownership)| DeadJob::of(row, ownership)).collect();
        let slice = Slice { rows, has_next, has_previous: after.is_some(), is_all: !has_next && after.is_none() };
        Ok(connect_counted(slice, Listing::DeadJobs, |job: &DeadJob| CountCursor(job.place), |job| job))
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

fn name(args: &str) -> String {
    let job: Option<Value> = serde_json::from_str(args).ok();
    job.and_then(|job| job["job"].as_str().map(str::to_owned)).unwrap_or_else(|| "unreadable".to_owned())
}

fn about(args: &str) -> Vec<ID> {
    match job_queue::subject(args) {
        Some(Subject::Asset(id)) => vec![id.node_id().into()],
        Some(Subject::Link(id)) => vec![id.node_id().into()],
        Some(Subject::Collection(id)) => vec![id.node_id().into()],
        Some(Subject::User(id)) => vec![id.node_id().into()],
        Some(Subject::Workspace(id)) => vec![id.to_string().into()],
        Some(Subject::Installation) | None => Vec::new(),
    }
}
