//! All that a worker process does, side by side.

use crate::{Parts, Queue, relay, schedule, worker};
use tokio::sync::watch;
use ulid::Ulid;

/// Relays, keeps the schedule and works until `stop` says so. Redis may come later than the process: it is waited for.
pub async fn run(
    database_url: String,
    redis_url: String,
    namespace: String,
    parts: Parts,
    concurrency: usize,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let queue = loop {
        match Queue::connect(&redis_url, &namespace, parts.clock.clone()).await {
            Ok(queue) => break queue,
            Err(error) => tracing::warn!(%error, "no queue yet; trying again"),
        }
        tokio::select! {
            () = tokio::time::sleep(std::time::Duration::from_secs(1)) => {}
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        }
    };
    let name = format!("worker-{}", Ulid::generate());
    let pool = parts.pool.clone();
    let ((), (), worked) = tokio::join!(
        relay::run(&database_url, pool.clone(), queue.clone(), stop.clone()),
        schedule::run(pool, parts.clock.clone(), stop.clone()),
        worker::run(queue, parts, name, concurrency, stop),
    );
    worked
}
