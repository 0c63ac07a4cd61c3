//! Workers, connections and all of Redis that are lost in the middle of work.

use crate::{
    flows::outage::{kill, private, redis_process},
    jobs::hands::{Hands, Worker, job, until},
};
use api::servers::{Durability, PrivateServers};
use chrono::TimeDelta;
use jobs::{Setup, queue::LEASE};
use schema::outbox::{Job, Lane, Priority};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tests::{Options, Running, fixtures, start, start_on};
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
        let (url, namespace, clock) =
            (server.redis_url.clone(), server.namespace.clone(), server.services.clock.clone());
        async move { jobs::Queue::connect(&url, &namespace, clock).await.unwrap() }
    });
    let (queue, signal) = (queue.await.unwrap(), begun.clone());
    let (_never, stopping) = watch::channel(false);
    doomed.spawn(jobs::worker::run(
        queue,
        Setup::of_cores(2),
        Arc::new(move |_, _| {
            signal.notify_one();
            Box::pin(std::future::pending())
        }),
        stopping,
    ));
    hands.push(&job(), Priority::Background).await;
    begun.notified().await;
    doomed.shutdown_background();
    assert_eq!(hands.depths().await, [0, 0, 1, 0]);

    let (attempts, queue) = (Arc::new(std::sync::Mutex::new(Vec::new())), server.queue().await);
    let seen = attempts.clone();
    let _worker = Worker::start(&server, Setup::of_cores(2), move |_| {
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
    server.upkeep(&Job::Reconcile).await;
    for asset in assets {
        let proxies = server.proxies(admin, asset).await;
        assert!(proxies.as_array().unwrap().iter().all(|proxy| proxy["state"] == "READY"), "{proxies}");
    }
    server.upkeep(&Job::Reconcile).await;
    until(true, async || {
        let depths = server.queue().await.depths().await.unwrap();
        depths.iter().all(|(_, depths)| depths.ready + depths.running + depths.dead == 0)
    })
    .await;
}

#[tokio::test]
async fn redis_is_killed_in_the_middle_and_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Kept).await;
    let (server, admin, assets) = at_work(&servers).await;
    kill(&redis_process(&server.redis_url).await);
    drop(servers);
    let _servers = PrivateServers::start(folder.path(), Durability::Kept).unwrap();
    while server.visitor().get("/readyz").await.status() != 200 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    all_ready(&server, &admin, &assets).await;
}

#[tokio::test]
async fn all_of_redis_is_emptied_in_the_middle() {
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Throwaway).await;
    let (server, admin, assets) = at_work(&servers).await;
    let mut redis =
        redis::Client::open(server.redis_url.as_str()).unwrap().get_multiplexed_async_connection().await.unwrap();
    let _: () = redis::cmd("FLUSHALL").query_async(&mut redis).await.unwrap();
    all_ready(&server, &admin, &assets).await;
}
