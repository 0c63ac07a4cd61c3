//! The queue, and what happens to jobs when workers, Redis or patience end.

use chrono::TimeDelta;
use futures::future::join_all;
use jobs::queue::{LEASE, MAX_ATTEMPTS, Outcome};
use redis::AsyncCommands;
use schema::outbox::{Job, Priority};
use serde_json::Value;
use std::{collections::BTreeSet, time::Duration};
use tests::{Running, fixtures, start};
use tokio::sync::watch;
use uuid::Uuid;

fn job() -> Job {
    Job::IngestAsset { asset_id: Uuid::now_v7() }
}

fn lease() -> TimeDelta {
    TimeDelta::from_std(LEASE).unwrap()
}

/// How many jobs are in a place: `ready`, `scheduled`, `lease` or `dead`.
async fn count(server: &Running, place: &str) -> usize {
    let client = redis::Client::open(server.redis_url.as_str()).unwrap();
    let mut redis = client.get_multiplexed_async_connection().await.unwrap();
    redis.zcard(format!("{}:{place}", server.namespace)).await.unwrap()
}

#[tokio::test]
async fn the_same_work_is_queued_once_until_it_is_done() {
    let server = start().await;
    let (queue, job) = (server.queue().await, job());
    assert!(queue.push(&job, Priority::Background).await.unwrap());
    assert!(!queue.push(&job, Priority::Background).await.unwrap());
    let taken = queue.fetch("one").await.unwrap().unwrap();
    assert_eq!((serde_json::from_slice::<Job>(&taken.args).unwrap(), taken.attempt), (job.clone(), 1));
    assert!(queue.fetch("two").await.unwrap().is_none());
    assert!(!queue.push(&job, Priority::Background).await.unwrap(), "it is being done");
    queue.finish(&taken.id.to_string(), "one", Outcome::Done, "", Duration::ZERO).await.unwrap();
    assert!(queue.push(&job, Priority::Background).await.unwrap(), "it may be needed again");
}

#[tokio::test]
async fn a_silent_worker_loses_its_job_to_another() {
    let server = start().await;
    let (queue, job) = (server.queue().await, job());
    queue.push(&job, Priority::Background).await.unwrap();
    let id = queue.fetch("lost").await.unwrap().unwrap().id.to_string();
    server.advance(lease() - TimeDelta::seconds(1));
    queue.renew(std::slice::from_ref(&id), "lost").await.unwrap();
    server.advance(lease() - TimeDelta::seconds(1));
    assert!(queue.fetch("next").await.unwrap().is_none(), "a renewed lease holds");
    server.advance(TimeDelta::seconds(2));
    let taken = queue.fetch("next").await.unwrap().unwrap();
    assert_eq!((taken.id.to_string(), taken.attempt), (id.clone(), 2));
    // What the lost one has to say comes too late.
    queue.renew(std::slice::from_ref(&id), "lost").await.unwrap();
    queue.finish(&id, "lost", Outcome::Done, "", Duration::ZERO).await.unwrap();
    assert_eq!(count(&server, "lease").await, 1);
    queue.finish(&id, "next", Outcome::Done, "", Duration::ZERO).await.unwrap();
    assert_eq!(count(&server, "lease").await, 0);
}

#[tokio::test]
async fn a_failing_job_is_tried_ever_more_rarely_and_then_given_up_on() {
    let server = start().await;
    let (queue, job) = (server.queue().await, job());
    queue.push(&job, Priority::Background).await.unwrap();
    for attempt in 1..=MAX_ATTEMPTS {
        let taken = queue.fetch("worker").await.unwrap().expect("the next attempt");
        assert_eq!(taken.attempt, attempt as usize);
        queue
            .finish(&taken.id.to_string(), "worker", Outcome::Retry, "it rains", Duration::from_millis(7))
            .await
            .unwrap();
        let wait = TimeDelta::milliseconds(500 * (1 << attempt) + 7);
        server.advance(wait - TimeDelta::milliseconds(500));
        assert!(queue.fetch("worker").await.unwrap().is_none(), "too early for another attempt after {attempt}");
        server.advance(TimeDelta::milliseconds(500));
    }
    server.advance(TimeDelta::days(1));
    assert!(queue.fetch("worker").await.unwrap().is_none());
    assert_eq!((count(&server, "dead").await, count(&server, "scheduled").await), (1, 0));
    assert!(!queue.push(&job, Priority::Background).await.unwrap(), "what fails each time is not queued again at once");

    for (outcome, expected) in [(Outcome::Abort, 2), (Outcome::Done, 2)] {
        queue.push(&self::job(), Priority::Background).await.unwrap();
        let taken = queue.fetch("worker").await.unwrap().unwrap();
        queue.finish(&taken.id.to_string(), "worker", outcome, "no use", Duration::ZERO).await.unwrap();
        assert_eq!(count(&server, "dead").await, expected, "{outcome:?}");
    }
}

#[tokio::test]
async fn a_job_that_loses_its_worker_each_time_is_given_up_on() {
    let server = start().await;
    let queue = server.queue().await;
    queue.push(&job(), Priority::Background).await.unwrap();
    for attempt in 1..=MAX_ATTEMPTS {
        assert_eq!(queue.fetch("worker").await.unwrap().expect("an attempt").attempt, attempt as usize);
        server.advance(lease() + TimeDelta::seconds(1));
    }
    assert!(queue.fetch("worker").await.unwrap().is_none());
    assert_eq!((count(&server, "dead").await, count(&server, "lease").await), (1, 0));
}

#[tokio::test]
async fn a_job_that_is_put_back_has_not_been_tried() {
    let server = start().await;
    let queue = server.queue().await;
    queue.push(&job(), Priority::Background).await.unwrap();
    for _ in 0..3 {
        let taken = queue.fetch("worker").await.unwrap().unwrap();
        assert_eq!(taken.attempt, 1);
        queue.put_back(&taken.id.to_string()).await.unwrap();
    }
    assert_eq!((count(&server, "ready").await, count(&server, "lease").await), (1, 0));
}

#[tokio::test]
async fn no_two_workers_take_the_same_job() {
    let server = start().await;
    let queue = server.queue().await;
    for _ in 0..100 {
        queue.push(&job(), Priority::Background).await.unwrap();
    }
    let workers = (0..8).map(|worker| {
        let queue = queue.clone();
        async move {
            let mut taken = Vec::new();
            while let Some(job) = queue.fetch(&format!("worker-{worker}")).await.unwrap() {
                taken.push(job.id);
            }
            taken
        }
    });
    let taken: Vec<_> = join_all(workers).await.concat();
    assert_eq!((taken.len(), taken.iter().collect::<BTreeSet<_>>().len()), (100, 100));
}

/// The states of an asset's proxies.
async fn states(server: &Running, admin: &str, asset: &Value) -> BTreeSet<String> {
    let proxies = server.proxies(admin, asset).await;
    proxies.as_array().unwrap().iter().map(|proxy| proxy["state"].as_str().unwrap().to_owned()).collect()
}

/// How much was missing from the queue.
async fn queued(server: &Running) -> usize {
    server.upkeep(&Job::Reconcile).await.expect("nobody else is at it")["queued"]
}

#[tokio::test]
async fn work_that_all_of_redis_forgot_is_found_again() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    // As if it had been relayed, and then lost.
    server.sql("DELETE FROM outbox").await;
    let queue = server.queue().await;
    assert_eq!(queued(&server).await, 1);
    assert_eq!(queued(&server).await, 0, "it is on its way");
    // A worker takes it and is killed.
    queue.fetch("lost").await.unwrap().expect("the job");
    server.advance(lease() + TimeDelta::seconds(1));
    let (_stop, stopping) = watch::channel(false);
    tokio::spawn(server.work(stopping));
    assert_eq!(states(&server, &admin, &asset).await, ["READY".to_owned()].into());
    assert_eq!(queued(&server).await, 0, "nothing is missing");
}

#[tokio::test]
async fn a_job_of_a_newer_version_waits_and_holds_up_nothing() {
    let server = start().await;
    let admin = server.admin().await;
    server.sql("INSERT INTO outbox (job) VALUES ('{\"job\": \"of_the_future\"}'), ('[]')").await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let (_stop, stopping) = watch::channel(false);
    tokio::spawn(server.work(stopping));
    assert_eq!(states(&server, &admin, &asset).await, ["READY".to_owned()].into());
    let mut conn = server.database().await;
    assert!(schema::outbox::take(&mut conn, 10).await.unwrap().is_empty());
    server.sql("UPDATE outbox SET job = '{\"job\": \"ingest_asset\", \"asset_id\": \"0197a2c4-0000-7000-8000-000000000000\"}'").await;
    assert_eq!(schema::outbox::take(&mut conn, 10).await.unwrap().len(), 2, "both were still there");
}

#[tokio::test]
async fn a_shutdown_finishes_or_returns_what_is_being_done() {
    let server = start().await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 0..6 {
        assets.push(server.upload(&admin, "a.jpg", fixtures::jpeg(1500 + index, 1500)).await["id"].clone());
    }
    let (stop, stopping) = watch::channel(false);
    let working = tokio::spawn(server.work(stopping));
    while count(&server, "lease").await == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    stop.send_replace(true);
    working.await.unwrap().unwrap();
    assert_eq!(count(&server, "lease").await, 0, "nobody has to wait for a lease to end");
    let (_stop, stopping) = watch::channel(false);
    tokio::spawn(server.work(stopping));
    for asset in assets {
        assert_eq!(states(&server, &admin, &asset).await, ["READY".to_owned()].into());
    }
}

#[tokio::test]
async fn a_process_that_ends_gives_back_what_it_holds_and_nothing_else() {
    let server = start().await;
    let queue = server.queue().await;
    for _ in 0..2 {
        assert!(queue.push(&Job::IngestAsset { asset_id: Uuid::new_v4() }, Priority::Background).await.unwrap());
    }
    let mine = queue.fetch("one-0").await.unwrap().expect("a job").id;
    queue.fetch("other-0").await.unwrap().expect("a job");
    assert_eq!(queue.put_back_all("one-").await.unwrap(), 1);
    let again = queue.fetch("third-0").await.unwrap().expect("the job");
    assert_eq!((again.id, again.attempt), (mine, 1), "the attempt that was not made does not count");
    assert!(queue.fetch("third-0").await.unwrap().is_none());
}
