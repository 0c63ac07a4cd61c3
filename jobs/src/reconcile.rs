//! Finds what Postgres says is missing and queues it again, so that losing all of Redis loses nothing.

use crate::Queue;
use schema::{Pool, outbox::Job, proxies};
use std::time::Duration;
use tokio::sync::watch;

/// How often to look.
const PERIOD: Duration = Duration::from_mins(1);

/// How much to queue again at a time.
const BATCH: i64 = 10_000;

/// Looks at once and then periodically, until `stop` says so.
pub async fn run(pool: Pool, queue: Queue, mut stop: watch::Receiver<bool>) {
    let mut period = tokio::time::interval(PERIOD);
    loop {
        tokio::select! {
            _ = period.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        match once(&pool, &queue).await {
            Ok(0) => {}
            Ok(found) => tracing::info!(found, "queued work that was missing"),
            Err(error) => tracing::warn!(error = format!("{error:#}"), "could not look for missing work"),
        }
    }
}

/// Looks once and returns how many jobs were missing.
pub async fn once(pool: &Pool, queue: &Queue) -> anyhow::Result<usize> {
    let assets = proxies::assets_with_pending(&mut *pool.get().await?, BATCH).await?;
    let mut missing = 0;
    for asset_id in assets {
        missing += usize::from(queue.push(&Job::IngestAsset { asset_id }).await?);
    }
    Ok(missing)
}
