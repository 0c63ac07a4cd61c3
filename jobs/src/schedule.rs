//! Periodic jobs. Every worker process asks Postgres whether one is due; one of them gets to queue it.

use chrono::TimeDelta;
use domain::Clock;
use schema::{Pool, outbox::Job, periodic};
use std::time::Duration;
use tokio::sync::watch;

/// How often to ask.
const TICK: Duration = Duration::from_secs(10);

/// What is due how often.
const PERIODS: [(Job, TimeDelta); 3] = [
    (Job::Reconcile, TimeDelta::minutes(1)),
    (Job::SweepExpired, TimeDelta::minutes(10)),
    (Job::CollectGarbage, TimeDelta::hours(6)),
];

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
    for (job, period) in &PERIODS {
        if periodic::fire(&mut conn, job, *period, clock.now()).await? {
            fired.push(job.name());
        }
    }
    Ok(fired)
}
