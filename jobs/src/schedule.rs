//! Queues periodic jobs. Every worker process asks Postgres which jobs are due, and Postgres lets one process queue
//! each.

use domain::Clock;
use schema::{
    Pool,
    periodic::{self, PeriodicJob},
};
use std::time::Duration;
use tokio::sync::watch;

/// How often a process asks.
const TICK: Duration = Duration::from_secs(10);

/// Asks at once and then every `TICK`, until `stop` is set.
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

/// Queues the periodic jobs that are due, and returns those that this call queued.
pub async fn once(pool: &Pool, clock: &Clock) -> anyhow::Result<Vec<PeriodicJob>> {
    let mut conn = pool.get().await?;
    let mut fired = Vec::new();
    for &job in PeriodicJob::ALL {
        if periodic::fire(&mut conn, job, clock.now()).await? {
            fired.push(job);
        }
    }
    Ok(fired)
}
