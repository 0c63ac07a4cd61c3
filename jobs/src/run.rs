//! The loops of a worker process: relay, schedule and workers.

use crate::{
    JobContext, Queue,
    metrics::Ended,
    outage::{self, Outage},
    queue::MAX_ATTEMPTS,
    relay, schedule,
    tasks::{self, Abort},
    worker::{self, Work},
};
use app::{outage_log::OutageLog, redis_server::RedisServer};
use schema::Database;
use std::sync::Arc;
use tokio::sync::watch;

/// Runs relay, schedule and workers until `stop` is set. If Redis is away at the start, this waits for Redis.
pub async fn run(
    database: Database,
    redis: RedisServer,
    namespace: String,
    context: JobContext,
    setup: worker::Setup,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    tell_gaps();
    let outage = OutageLog::default();
    let queue = loop {
        match Queue::connect(&redis, &namespace, context.clock.clone()).await {
            Ok(queue) => break queue,
            Err(error) if outage.failed() => tracing::warn!(%error, "no queue yet; trying again"),
            Err(_) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(std::time::Duration::from_secs(1)) => {}
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        }
    };
    if let Some(lasted) = outage.succeeded() {
        tracing::warn!(?lasted, "the queue is there");
    }
    let work = Work { run: work(context.clone(), queue.clone()), check: check(context.clone()) };
    let (pool, clock) = (context.pool, context.clock);
    let ((), (), worked) = tokio::join!(
        relay::run(&database, pool.clone(), queue.clone(), setup.pace.relay, stop.clone()),
        schedule::run(pool, clock, stop.clone()),
        worker::run(queue, setup, work, stop),
    );
    worked
}

/// Runs a job, measures the attempt and classifies its failure.
fn work(context: JobContext, queue: Queue) -> worker::Run {
    Arc::new(move |job, attempt| {
        let (context, queue) = (context.clone(), queue.clone());
        Box::pin(async move {
            let measured = context.metrics.start(&job);
            let ended = match tasks::run(&job, &context, &queue).await {
                Ok(()) => Ok(()),
                Err(error) => Err(outage::classify(error, &context).await),
            };
            measured.end(match &ended {
                Ok(()) => Ended::Done,
                Err(error) if error.is::<Outage>() => Ended::Outage,
                Err(error) if attempt >= MAX_ATTEMPTS || error.is::<Abort>() => Ended::Dead,
                Err(_) => Ended::Retry,
            });
            ended
        })
    })
}

/// Checks whether Postgres and the storage are there.
fn check(context: JobContext) -> outage::Check {
    Arc::new(move || {
        let context = context.clone();
        Box::pin(async move { outage::check(&context).await })
    })
}

/// Says what this machine cannot keep from the programs that decode originals.
fn tell_gaps() {
    for gap in media::gaps() {
        tracing::warn!("{}. {}", gap.what(), gap.advice());
    }
}
