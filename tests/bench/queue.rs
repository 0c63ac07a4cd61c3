//! The queue: jobs that do nothing, against bare pushes and pops, and how long one job takes from its commit to its
//! start.

use crate::measure::{Row, median};
use diesel_async::AsyncPgConnection;
use domain::AssetId;
use futures::future::join_all;
use jobs::{
    Pace, Queue, Setup, relay,
    worker::{self, Work},
};
use redis::{AsyncCommands, aio::MultiplexedConnection};
use schema::outbox::{self, Job, Priority};
use std::{sync::Arc, time::Instant};
use tests::{Running, Workers, start};
use tokio::sync::{mpsc, watch};

const COUNT: usize = 10_000;
const ROUNDS: usize = 7;
/// Single jobs whose start is waited for.
const SINGLE: usize = 200;
/// Jobs at a time, and pops at a time on the other side.
const CORES: usize = 2;
/// Pushes in one round trip, on both sides.
const BATCH: usize = 100;

fn jobs() -> Vec<(Job, Priority)> {
    (0..COUNT).map(|_| (Job::IngestAsset { asset_id: AssetId::new() }, Priority::Background)).collect()
}

/// A worker whose jobs do nothing but to tell that they began.
struct Idle {
    _worker: Workers,
    begun: mpsc::UnboundedReceiver<Instant>,
}

impl Idle {
    fn start(queue: Queue) -> Self {
        let (tell, begun) = mpsc::unbounded_channel();
        let run: worker::Run = Arc::new(move |_, _| {
            let told = tell.send(Instant::now());
            Box::pin(async move { Ok(told?) })
        });
        let work = Work { run, check: Arc::new(|| Box::pin(async { Ok(()) })) };
        let run = |stopping| worker::run(queue, Setup::of_cores(CORES), work, stopping);
        Self { _worker: Workers::start(run), begun }
    }

    async fn next(&mut self) -> Instant {
        self.begun.recv().await.expect("a job begins")
    }

    async fn all(&mut self) {
        for _ in 0..COUNT {
            self.next().await;
        }
    }
}

/// Jobs a second, pushed and run.
async fn ours(queue: &Queue, idle: &mut Idle) -> f64 {
    let (jobs, start) = (jobs(), Instant::now());
    let (pushed, ()) = tokio::join!(queue.push_all(&jobs), idle.all());
    pushed.expect("Redis answers");
    rate(start)
}

/// Elements a second, pushed onto a list and popped.
async fn bare(server: &Running, redis: &MultiplexedConnection) -> f64 {
    let (list, jobs, start) = (format!("{}:bare", server.namespace), jobs(), Instant::now());
    let push = async {
        for batch in jobs.chunks(BATCH) {
            let args: Vec<_> = batch.iter().map(|(job, _)| serde_json::to_vec(job).expect("JSON")).collect();
            let _: usize = redis.clone().rpush(&list, args).await.expect("Redis answers");
        }
    };
    let pop = async || {
        let (mut redis, mut popped) = (redis.clone(), 0);
        while popped < COUNT / CORES {
            let job: Option<Vec<u8>> = redis.lpop(&list, None).await.expect("Redis answers");
            popped += usize::from(job.is_some());
        }
    };
    tokio::join!(push, join_all((0..CORES).map(|_| pop())));
    rate(start)
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn rate(start: Instant) -> f64 {
    COUNT as f64 / start.elapsed().as_secs_f64()
}

/// Jobs a second by the whole way: committed in one transaction, relayed, and run.
async fn committed(conn: &mut AsyncPgConnection, idle: &mut Idle) -> f64 {
    let (jobs, start) = (jobs(), Instant::now());
    diesel_async::AsyncConnection::transaction(conn, async |conn| {
        for (job, priority) in &jobs {
            outbox::push(conn, job, *priority).await?;
        }
        Ok::<_, diesel::result::Error>(())
    })
    .await
    .expect("SQL");
    let inserted = start.elapsed();
    idle.all().await;
    // From the commit on: writing rows one by one is not the queue's.
    rate(start + inserted)
}

/// Milliseconds from just before a commit to the start of its job on an idle worker, the shortest first.
async fn starts(conn: &mut AsyncPgConnection, idle: &mut Idle) -> Vec<f64> {
    let mut times = Vec::new();
    for _ in 0..SINGLE {
        let (job, start) = (Job::IngestAsset { asset_id: AssetId::new() }, Instant::now());
        outbox::push(conn, &job, Priority::Background).await.expect("SQL");
        times.push((idle.next().await - start).as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    times
}

pub(crate) async fn run() -> Vec<Row> {
    let server = start().await;
    let redis = server.redis().await;
    let queue = server.queue().await;
    let mut idle = Idle::start(queue.clone());
    let (mut our_rates, mut bare_rates, mut ratios) = (vec![], vec![], vec![]);
    for round in 0..=ROUNDS {
        let (our_rate, bare_rate) = (ours(&queue, &mut idle).await, bare(&server, &redis).await);
        if round > 0 {
            our_rates.push(our_rate);
            bare_rates.push(bare_rate);
            ratios.push(our_rate / bare_rate);
        }
    }
    let (_stop, stopping) = watch::channel(false);
    let (database, pool) = (server.database.clone(), server.services.pool.clone());
    tokio::spawn(async move { relay::run(&database, pool, queue, Pace::default().relay, stopping).await });
    let mut conn = server.database().await;
    let mut whole = Vec::new();
    for _ in 0..ROUNDS {
        whole.push(committed(&mut conn, &mut idle).await);
    }
    let times = starts(&mut conn, &mut idle).await;
    vec![
        Row {
            what: "10,000 jobs that do nothing, pushed and run, against pushing and popping a list".to_owned(),
            ours: format!("{:.0}/s", median(our_rates)),
            baseline: format!("{:.0}/s", median(bare_rates)),
            ratio: format!("{:.0} %", median(ratios) * 100.0),
            wanted: "–".to_owned(),
        },
        Row::alone("the same from their commit on, relayed and run", format!("{:.0}/s", median(whole)), "–"),
        Row::alone(
            "a job's start on an idle worker after its commit, median and 99th of 100",
            format!("{:.1} ms, {:.1} ms", times[SINGLE / 2], times[SINGLE * 99 / 100]),
            "< 100 ms",
        ),
    ]
}
