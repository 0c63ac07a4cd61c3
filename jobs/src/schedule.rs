//! Periodic jobs. Every worker process asks Postgres whether one is due; one of them gets to queue it.

use crate::tasks::{UPKEEP, Upkeep};
use domain::Clock;
use schema::{Pool, periodic};
use std::time::Duration;
use tokio::sync::watch;

/// How often to ask.
const TICK: Duration = Duration::from_secs(10);

/// Asks at once and then periodically, until `stop` says so.
pub async fn run(pool: Pool, clock: Clock, mut stop: watch::Receiver<bool>) {
    let mut tick = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        if let Err(error) = once(&pool, &clock).await {
            tracing::warn!(error = format!("{error:#}"), "periodic jobs wait");
        }
    }
}

/// Queues what is due, and returns what this call queued.
pub async fn once(pool: &Pool, clock: &Clock) -> anyhow::Result<Vec<&'static str>> {
    let mut conn = pool.get().await?;
    let mut fired = Vec::new();
    for Upkeep { job, every, .. } in &UPKEEP {
        if periodic::fire(&mut conn, job, *every, clock.now()).await? {
            fired.push(job.name());
        }
    }
    Ok(fired)
}
