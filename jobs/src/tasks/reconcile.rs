//! Finds what Postgres says is missing and queues it again, so that losing all of Redis loses nothing.

use super::Report;
use crate::{Parts, Queue};
use schema::{
    outbox::{Job, Priority},
    proxies,
};

/// How much to queue again at a time.
const BATCH: i64 = 10_000;

pub(super) async fn run(parts: &Parts, queue: &Queue) -> anyhow::Result<Report> {
    let assets = proxies::assets_with_pending(&mut *parts.pool.get().await?, BATCH).await?;
    let mut missing = 0;
    for asset_id in assets {
        missing += usize::from(queue.push(&Job::IngestAsset { asset_id }, Priority::Background).await?);
    }
    Ok(vec![("queued", missing)])
}
