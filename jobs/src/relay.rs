//! Moves jobs from the outbox to the queue, woken by `LISTEN`.
//!
//! Rows are deleted in the transaction that pushes them to Redis. A crash between the push and the commit pushes a job
//! twice but never loses it, and the queue merges jobs with the same key.

use crate::Queue;
use app::outage_log::OutageLog;
use diesel_async::AsyncConnection;
use futures::StreamExt;
use schema::{Database, Pool, outbox};
use std::time::Duration;
use tokio::sync::watch;

/// How many jobs move at a time.
const BATCH: i64 = 500;

/// How long to wait after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Moves jobs until `stop` is set. Reads the outbox after each announcement, and at least once every `net`.
pub async fn run(database: &Database, pool: Pool, queue: Queue, net: Duration, mut stop: watch::Receiver<bool>) {
    let work = async {
        let outage = OutageLog::default();
        loop {
            if let Err(error) = listen(database, &pool, &queue, net, &outage).await {
                if outage.failed() {
                    tracing::warn!(error = format!("{error:#}"), "the relay pauses: jobs wait in Postgres");
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    };
    tokio::select! {
        () = work => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// Moves all jobs in the outbox, and then each one that is announced, until an error.
async fn listen(
    database: &Database,
    pool: &Pool,
    queue: &Queue,
    net: Duration,
    outage: &OutageLog,
) -> anyhow::Result<()> {
    let mut listener = outbox::listen(database).await?;
    loop {
        // A read finds that Redis is away only where there are jobs.
        while move_batch(pool, queue).await? > 0 {
            if let Some(lasted) = outage.succeeded() {
                tracing::warn!(?lasted, "jobs go to the queue again");
            }
        }
        let mut announcements = Box::pin(listener.notifications_stream());
        match tokio::time::timeout(net, announcements.next()).await {
            Ok(Some(announcement)) => drop(announcement?),
            Ok(None) => anyhow::bail!("the connection that listens was closed"),
            Err(_) => {}
        }
    }
}

/// Moves one batch and returns how many jobs were in it.
async fn move_batch(pool: &Pool, queue: &Queue) -> anyhow::Result<usize> {
    let mut conn = pool.get().await?;
    conn.transaction(async |conn| {
        let jobs = outbox::take(conn, BATCH).await?;
        queue.push_all(&jobs).await?;
        Ok(jobs.len())
    })
    .await
}
