//! Finds what Postgres says is missing and queues it again, so that losing all of Redis loses nothing.

use super::Report;
use crate::{Parts, Queue};
use schema::outbox::{self, Priority};

/// How much to queue again at a time.
const BATCH: i64 = 10_000;

pub(super) async fn run(parts: &Parts, queue: &Queue) -> anyhow::Result<Report> {
    let missing = outbox::missing(&mut *parts.pool.get().await?, BATCH).await?;
    let jobs: Vec<_> = missing.into_iter().map(|job| (job, Priority::Background)).collect();
    Ok(vec![("queued", queue.push_all(&jobs).await?)])
}
