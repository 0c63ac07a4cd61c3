//! Workers, connections and all of Redis that are lost in the middle of work.

use crate::jobs::hands::{Hands, job, until, well, worker};
use api::installation::servers::{Durability, PrivateServers};
use chrono::TimeDelta;
use jobs::{
    Pace, Setup,
    queue::{LEASE, MAX_ATTEMPTS},
};
use redis::AsyncCommands;
use schema::{
    outbox::{Job, Lane, Priority},
    periodic::PeriodicJob,
};
use serde_json::Value;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tests::{Options, Running, fixtures, kill, private, redis_process, start, start_on};
use tokio::sync::{Notify, watch};

fn past_lease() -> TimeDelta {
    TimeDelta::from_std(LEASE).unwrap() + TimeDelta::seconds(1)
}

#[tokio::test]
async fn a_job_whose_worker_is_killed_is_run_by_another() {
    let server = start().await;
    let hands = Hands::of(&server, "nobody", Lane::Pictures).await;
    let begun = Arc::new(Notify::new());
    // A process of its own, as far as the queue can tell: it ends from one moment to the next and gives nothing back.
    let doomed = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let queue = doomed.spawn({
        let (redis, namespace, clock) =
            (server.redis_server.clone(), server.namespace.clone(), server.services.clock.clone());
        async move { jobs::Queue::connect(&redis, &namespace, clock).await.unwrap() }
    });
    let (queue, signal) = (queue.await.unwrap(), begun.clone());
    let (_never, stopping) = watch::channel(false);
    doomed.spawn(jobs::worker::run(
        queue,
        Setup::of_cores(2),
        well(Arc::new(move |_, _| {
            signal.notify_one();
            Box::pin(std::future::pending())
        })),
        stopping,
    ));
    hands.push(&job(), Priority::Background).await;
    begun.notified().await;
    doomed.shutdown_background();
    assert_eq!(hands.depths().await, [0, 0, 1, 0]);

    let (attempts, queue) = (Arc::new(std::sync::Mutex::new(Vec::new())), server.queue().await);
    let seen = attempts.clone();
    let _worker = worker(&server, Setup::of_cores(2), move |_| {
        let (seen, queue) = (seen.clone(), queue.clone());
        async move {
            let running = queue.running().await?;
            seen.lock().unwrap().extend(running.into_iter().map(|job| job.attempt));
            Ok(())
        }
    })
    .await;
    server.advance(past_lease());
    until([0, 0, 0, 0], async || hands.depths().await).await;
    assert_eq!(*attempts.lock().unwrap(), [2], "the attempt that was lost counts");
}

/// A server with workers on a Redis of its own, and assets that are being looked into.
async fn at_work(servers: &PrivateServers) -> (Running, String, Vec<Value>) {
    let (database_url, redis_url) = (servers.database_url().to_owned(), servers.redis_url().to_owned());
    let server = start_on(database_url, redis_url, Options { workers: true, ..Options::default() });
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 0..12 {
        assets.push(server.upload(&admin, "a.jpg", fixtures::jpeg(1200 + index, 900)).await["id"].clone());
    }
    (server, admin, assets)
}

/// Waits until nothing is missing any more, with what finds it.
async fn all_ready(server: &Running, admin: &str, assets: &[Value]) {
    server.advance(past_lease());
    server.upkeep(PeriodicJob::Reconcile).await;
    for asset in assets {
        let proxies = server.proxies(admin, asset).await;
        assert!(proxies.as_array().unwrap().iter().all(|proxy| proxy["state"] == "READY"), "{proxies}");
    }
    server.upkeep(PeriodicJob::Reconcile).await;
    until(true, async || {
        let depths = server.queue().await.depths().await.unwrap();
        depths.iter().all(|depths| depths.ready + depths.running + depths.dead == 0)
    })
    .await;
}

#[tokio::test]
async fn redis_is_killed_in_the_middle_and_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Durable).await;
    let (server, admin, assets) = at_work(&servers).await;
    kill(&redis_process(&server.redis_url).await);
    drop(servers);
    let _servers = PrivateServers::start(folder.path(), Durability::Durable).unwrap();
    server.until_ready().await;
    all_ready(&server, &admin, &assets).await;
}

#[tokio::test]
async fn all_of_redis_is_emptied_in_the_middle() {
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Throwaway).await;
    let (server, admin, assets) = at_work(&servers).await;
    let mut redis = server.redis().await;
    let _: () = redis::cmd("FLUSHALL").query_async(&mut redis).await.unwrap();
    all_ready(&server, &admin, &assets).await;
}

#[tokio::test]
async fn a_job_outlasts_an_outage_of_redis_that_its_lease_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Durable).await;
    let server = start_on(servers.database_url().to_owned(), servers.redis_url().to_owned(), Options::default());
    let (runs, end) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let (begun, ended) = (runs.clone(), end.clone());
    let work = move |_| {
        begun.fetch_add(1, SeqCst);
        let ended = ended.clone();
        async move {
            ended.notified().await;
            Ok(())
        }
    };
    let pace = Pace { net: Duration::from_millis(10), ..Pace::default() };
    let worker = worker(&server, Setup { pace, ..Setup::of_cores(2) }, work).await;
    let hands = Hands::of(&server, "nobody", Lane::Pictures).await;
    hands.push(&job(), Priority::Background).await;
    until(1, async || runs.load(SeqCst)).await;

    // A worker with a free slot asks for more all the time, and is not sure of what it has after two seconds without an
    // answer.
    drop(servers);
    server.advance(past_lease());
    tokio::time::sleep(Duration::from_secs(3)).await;
    let _servers = PrivateServers::start(folder.path(), Durability::Durable).unwrap();
    let hands = Hands::of(&server, "nobody", Lane::Pictures).await;
    // The next job is taken after that, whatever became of the first one.
    hands.push(&job(), Priority::Background).await;
    until(2, async || runs.load(SeqCst)).await;
    assert!(hands.queue.running().await.unwrap().iter().all(|running| running.attempt == 1));
    end.notify_waiters();
    until([0, 0, 0, 0], async || hands.depths().await).await;
    assert_eq!(runs.load(SeqCst), 2);
    worker.stop().await;
}

/// How often jobs went back without having been tried.
async fn postponed(server: &Running) -> usize {
    let mut redis = server.redis().await;
    let jobs: Vec<String> = redis.keys(format!("{}:job:*", server.namespace)).await.unwrap();
    let mut sum = 0;
    for job in jobs {
        sum += redis.hget::<_, _, Option<usize>>(job, "postponed").await.unwrap().unwrap_or_default();
    }
    sum
}

#[tokio::test]
async fn an_outage_of_postgres_is_no_attempt_and_nothing_dies_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let postgres = private(folder.path(), Durability::Durable).await;
    // A Redis that stays.
    let redis_url = tests::servers().redis_url.clone();
    let server = start_on(postgres.database_url().to_owned(), redis_url, Options::default());
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 0..8 {
        assets.push(server.upload(&admin, "a.jpg", fixtures::jpeg(40 + index, 30)).await["id"].clone());
    }
    server.sql("DELETE FROM outbox").await;
    server.upkeep(PeriodicJob::Reconcile).await;
    let (pictures, upkeep) =
        (Hands::of(&server, "nobody", Lane::Pictures).await, Hands::of(&server, "nobody", Lane::Upkeep).await);
    for job in PeriodicJob::ALL {
        upkeep.push(&Job::from(*job), Priority::Background).await;
    }
    drop(postgres);

    let each_round = 2 + PeriodicJob::ALL.len();
    for round in 1..=MAX_ATTEMPTS + 1 {
        // Each process tries as much as it can run at a time, and then rests.
        let workers = server.workers();
        until(each_round * round, async || postponed(&server).await).await;
        workers.stop().await;
        assert_eq!((pictures.depths().await, upkeep.depths().await), ([6, 2, 0, 0], [0, PeriodicJob::ALL.len(), 0, 0]));
        server.advance(TimeDelta::minutes(10));
    }

    let _workers = server.workers();
    until(each_round * (MAX_ATTEMPTS + 2), async || postponed(&server).await).await;
    let _postgres = PrivateServers::start(folder.path(), Durability::Durable).unwrap();
    server.until_ready().await;
    all_ready(&server, &admin, &assets).await;
    assert!(server.queue().await.dead(None, 1).await.unwrap().is_empty());
}

#[tokio::test]
async fn storage_that_is_gone_for_a_while_costs_no_attempt() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.no_schedule().await;
    let files = server.folder.path().join("blobs/files");
    let aside = server.folder.path().join("aside");
    std::fs::rename(&files, &aside).unwrap();
    let hands = Hands::of(&server, "nobody", Lane::Pictures).await;
    let _workers = server.workers();
    until([0, 1, 0, 0], async || hands.depths().await).await;
    std::fs::rename(&aside, &files).unwrap();
    server.advance(TimeDelta::minutes(1));
    let queue = server.queue().await;
    let attempt = async {
        loop {
            if let Some(running) = queue.running().await.unwrap().into_iter().find(|job| job.args.contains("asset")) {
                return Some(running.attempt);
            }
            if hands.depths().await == [0, 0, 0, 0] {
                return None;
            }
        }
    };
    let attempt = tokio::time::timeout(Duration::from_secs(30), attempt).await.expect("it is tried");
    assert!(attempt.is_none_or(|attempt| attempt == 1), "{attempt:?}");
    let proxies = server.proxies(&admin, &asset).await;
    assert!(proxies.as_array().unwrap().iter().all(|proxy| proxy["state"] == "READY"), "{proxies}");
}
