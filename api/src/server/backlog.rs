//! The queue of background jobs, as the API shows it to administrators.

use app::backlog::{Backlog, BacklogError, BacklogFuture, DeadJob, LaneDepths, RunningJob};
use jobs::{
    Queue,
    queue::{Dead, Depths, QueueError, Running},
};
use schema::outbox::Lane;

/// The queue in Redis, connected at the first use, because the server starts and serves without Redis.
pub(crate) struct QueueBacklog(pub(crate) Queue);

impl Backlog for QueueBacklog {
    fn lanes(&self) -> BacklogFuture<'_, Vec<LaneDepths>> {
        let lane = |(lane, Depths { ready, scheduled, running, dead }): (Lane, Depths)| LaneDepths {
            name: lane.name(),
            ready,
            scheduled,
            running,
            dead,
        };
        Box::pin(async move { Ok(self.0.depths().await.map_err(reason)?.into_iter().map(lane).collect()) })
    }

    fn running(&self) -> BacklogFuture<'_, Vec<RunningJob>> {
        let job = |Running { id, args, worker, since, attempt }| RunningJob { id, args, worker, since, attempt };
        Box::pin(async move { Ok(self.0.running().await.map_err(reason)?.into_iter().map(job).collect()) })
    }

    fn dead(&self, after: Option<i64>, limit: usize) -> BacklogFuture<'_, Vec<DeadJob>> {
        Box::pin(async move { Ok(shown(self.0.dead(after, limit).await.map_err(reason)?)) })
    }

    fn find_dead<'a>(&'a self, ids: &'a [String]) -> BacklogFuture<'a, Vec<DeadJob>> {
        Box::pin(async move { Ok(shown(self.0.find_dead(ids).await.map_err(reason)?)) })
    }

    fn retry<'a>(&'a self, ids: &'a [String]) -> BacklogFuture<'a, Vec<String>> {
        Box::pin(async move { self.0.retry(ids).await.map_err(reason) })
    }

    fn discard<'a>(&'a self, ids: &'a [String]) -> BacklogFuture<'a, Vec<String>> {
        Box::pin(async move { self.0.discard(ids).await.map_err(reason) })
    }
}

fn shown(jobs: Vec<Dead>) -> Vec<DeadJob> {
    let job = |Dead { id, args, attempts, reason, at, place }| DeadJob { id, args, attempts, reason, at, place };
    jobs.into_iter().map(job).collect()
}

fn reason(error: QueueError) -> BacklogError {
    BacklogError(error.to_string())
}
