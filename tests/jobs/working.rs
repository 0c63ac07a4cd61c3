//! Workers: when they begin, what they survive, and what becomes of what they do.

use crate::jobs::hands::{Hands, job, read, until, worker};
use anyhow::bail;
use chrono::TimeDelta;
use domain::LinkId;
use jobs::{
    Pace, Setup,
    queue::{LEASE, MAX_ATTEMPTS, Outcome},
    tasks::Abort,
};
use redis::AsyncCommands;
use schema::{
    outbox::{Job, Lane, Priority},
    periodic::PeriodicJob,
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tests::{Running, Workers, fixtures, start};
use tokio::sync::{Notify, Semaphore, mpsc};

/// So long that nothing in a test happens because of it.
const NEVER: Duration = Duration::from_hours(10);

fn setup() -> Setup {
    Setup::of_cores(2)
}

/// Whatever happens has a cause: nobody looks for work unasked.
fn woken_only() -> Setup {
    Setup { pace: Pace { net: NEVER, renewal: NEVER, relay: NEVER }, ..setup() }
}

/// A worker that tells what it begins.
async fn telling(server: &Running, setup: Setup) -> (Workers, mpsc::UnboundedReceiver<Job>) {
    let (begun, begins) = mpsc::unbounded_channel();
    let telling = worker(server, setup, move |job| {
        let begun = begun.clone();
        async move { Ok(begun.send(job)?) }
    });
    (telling.await, begins)
}

async fn next(begins: &mut mpsc::UnboundedReceiver<Job>) -> Job {
    tokio::time::timeout(Duration::from_secs(30), begins.recv()).await.expect("it begins").expect("a job")
}

#[tokio::test]
async fn an_idle_worker_is_woken() {
    let server = start().await;
    let (_worker, mut begins) = telling(&server, woken_only()).await;
    let queue = server.queue().await;
    // Until one has come through, it may be found by the first look.
    for round in 0..20 {
        let jobs = [job(), Job::ExpireLink { link_id: LinkId::new(), at: server.services.now() }];
        for job in jobs {
            queue.push(&job, Priority::Background).await.unwrap();
            assert_eq!(next(&mut begins).await, job, "round {round}");
        }
    }
}

#[tokio::test]
async fn a_job_begins_when_its_time_has_come_and_not_before() {
    let server = start().await;
    let (_worker, mut begins) = telling(&server, woken_only()).await;
    let queue = server.queue().await;
    for millis in [300, 100, 700] {
        let at = server.services.now() + TimeDelta::milliseconds(millis);
        let job = Job::ExpireLink { link_id: LinkId::new(), at };
        queue.push(&job, Priority::Background).await.unwrap();
        assert_eq!(next(&mut begins).await, job);
        assert!(server.services.now() >= at);
    }
}

#[tokio::test]
async fn what_is_committed_begins_without_anybody_looking_for_it() {
    let server = start().await;
    let admin = server.admin().await;
    server.no_schedule().await;
    let hands = Hands::of(&server, "nobody", Lane::Pictures).await;
    let _workers = server.workers_as(woken_only());
    for _ in 0..3 {
        let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
        let proxies = server.proxies(&admin, &asset).await;
        assert!(proxies.as_array().unwrap().iter().all(|proxy| proxy["state"] == "READY"), "{proxies}");
        // The end of the job makes its lane look for the next one: wait until it has.
        until([0, 0, 0, 0], async || hands.depths().await).await;
    }
}

#[tokio::test]
async fn ten_thousand_jobs_drain_and_each_is_run_once() {
    const COUNT: usize = 10_000;
    let server = start().await;
    let hands = Hands::of(&server, "nobody", Lane::Pictures).await;
    let jobs: Vec<_> = (0..COUNT).map(|_| (job(), Priority::Background)).collect();
    hands.queue.push_all(&jobs).await.unwrap();
    let run = Arc::new(Mutex::new(Vec::new()));
    let mut workers = Vec::new();
    for _ in 0..2 {
        let run = Arc::clone(&run);
        let work = move |job: Job| {
            run.lock().unwrap().push(job.key());
            async { Ok(()) }
        };
        workers.push(worker(&server, woken_only(), work).await);
    }
    until([0, 0, 0, 0], async || hands.depths().await).await;
    let run = run.lock().unwrap();
    assert_eq!((run.len(), run.iter().collect::<BTreeSet<_>>().len()), (COUNT, COUNT));
}

#[tokio::test]
async fn a_full_lane_holds_up_no_other_and_runs_no_more_than_its_share() {
    let server = start().await;
    let (gate, held, most) =
        (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (begun, mut begins) = mpsc::unbounded_channel();
    let work = {
        let (gate, held, most) = (gate.clone(), held.clone(), most.clone());
        move |job: Job| {
            let (gate, held, most, begun) = (gate.clone(), held.clone(), most.clone(), begun.clone());
            async move {
                begun.send(job.clone())?;
                if job.lane() == Lane::Pictures {
                    most.fetch_max(held.fetch_add(1, SeqCst) + 1, SeqCst);
                    gate.acquire().await?.forget();
                    held.fetch_sub(1, SeqCst);
                }
                Ok(())
            }
        }
    };
    let _worker = worker(&server, setup(), work).await;
    let pictures = Hands::of(&server, "nobody", Lane::Pictures).await;
    for _ in 0..10 {
        pictures.push(&job(), Priority::Visitor).await;
    }
    until([8, 0, 2, 0], async || pictures.depths().await).await;
    pictures.push(&Job::Reconcile, Priority::Background).await;
    while next(&mut begins).await != Job::Reconcile {}
    assert_eq!(held.load(SeqCst), 2, "the pictures are still at it");
    gate.add_permits(10);
    until([0, 0, 0, 0], async || pictures.depths().await).await;
    assert_eq!(most.load(SeqCst), 2);
}

#[tokio::test]
async fn what_a_task_says_is_what_people_read() {
    let server = start().await;
    let jobs = [job(), job(), job()];
    let keys = jobs.clone().map(|job| job.key());
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let work = move |job: Job| {
        let index = keys.iter().position(|key| *key == job.key()).unwrap();
        let attempts = if index == 0 { 1 } else { counted.fetch_add(1, SeqCst) };
        async move {
            match index {
                0 => return Err(anyhow::Error::new(Abort("the file is empty".into())).context("cannot read it")),
                1 => bail!("the disk is full"),
                _ => assert!(attempts > 9000, "a bug in a task"),
            }
            Ok(())
        }
    };
    let worker = worker(&server, setup(), work).await;
    let hands = Hands::of(&server, "nobody", Lane::Pictures).await;
    for job in &jobs {
        hands.push(job, Priority::Background).await;
    }
    until([0, 2, 0, 1], async || hands.depths().await).await;
    for attempt in 2..=MAX_ATTEMPTS {
        server.advance(TimeDelta::minutes(10));
        // Under load, the next attempt may begin before this one is seen.
        until(true, async || runs.load(SeqCst) >= 2 * attempt).await;
    }
    until([0, 0, 0, 3], async || hands.depths().await).await;
    worker.stop().await;
    let dead = hands.queue.dead(None, 10).await.unwrap();
    let of = |job: &Job| dead.iter().find(|dead| serde_json::from_str::<Job>(&dead.args).unwrap() == *job).unwrap();
    let told = jobs.each_ref().map(|job| (of(job).reason.as_str(), of(job).attempts));
    let expected = [
        ("cannot read it: the file is empty", 1),
        ("the disk is full", MAX_ATTEMPTS),
        ("the task broke down: a bug in a task", MAX_ATTEMPTS),
    ];
    assert_eq!(told, expected);
}

#[test]
fn leases_are_renewed_while_all_blocking_threads_are_busy() {
    // One blocking thread, which the job fills: whatever else wants one waits.
    let runtime = tokio::runtime::Builder::new_multi_thread().max_blocking_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let server = start().await;
        // It ends when the other end of this is dropped, by a failed assertion too.
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let (begun, ended) = (Arc::new(Notify::new()), Arc::new(Mutex::new(ended)));
        let work = {
            let begun = begun.clone();
            move |_| {
                let (begun, ended) = (begun.clone(), ended.clone());
                async move {
                    let work = tokio::task::spawn_blocking(move || {
                        begun.notify_one();
                        ended.lock().unwrap().recv().unwrap_err();
                    });
                    Ok(work.await?)
                }
            }
        };
        let pace = Pace { renewal: Duration::from_millis(10), ..Pace::default() };
        let _worker = worker(&server, Setup { pace, ..setup() }, work).await;
        let hands = Hands::of(&server, "thief", Lane::Pictures).await;
        hands.push(&job(), Priority::Background).await;
        begun.notified().await;
        let mut leases = server.redis().await;
        let key = format!("{}:lease:pictures", server.namespace);
        for _ in 0..5 {
            // Most of the lease passes, and is then renewed.
            server.advance(TimeDelta::from_std(LEASE).unwrap() - TimeDelta::seconds(10));
            let now = server.services.now().timestamp_millis();
            until(true, async || {
                let ends: Vec<(String, i64)> = leases.zrange_withscores(&key, 0, -1).await.unwrap();
                ends.len() == 1 && ends[0].1 > now + 20_000
            })
            .await;
            assert!(hands.take().await.is_none());
        }
        drop(end);
        until([0, 0, 0, 0], async || hands.depths().await).await;
    });
}

#[tokio::test]
async fn rubbish_in_redis_is_given_up_on_and_harms_nobody() {
    let server = start().await;
    let mut redis = server.redis().await;
    let name = |rest: &str| format!("{}:{rest}", server.namespace);
    for (id, args) in [("one", &b"{\"job\": 7}"[..]), ("two", b"\xff\xfe\0"), ("not an id: {}", b"")] {
        let _: () = redis.hset(name(&format!("job:{id}")), "args", args).await.unwrap();
        let _: () = redis.zadd(name("ready:pictures"), id, 0).await.unwrap();
    }
    // Only places in lines are left of these.
    for place in ["ready", "scheduled", "lease"] {
        let _: () = redis.zadd(name(&format!("{place}:pictures")), format!("a ghost in {place}"), 0).await.unwrap();
    }
    let (_worker, mut begins) = telling(&server, setup()).await;
    let (hands, job) = (Hands::of(&server, "nobody", Lane::Pictures).await, job());
    hands.push(&job, Priority::Background).await;
    assert_eq!(next(&mut begins).await, job);
    until([0, 0, 0, 4], async || hands.depths().await).await;
    let dead = hands.queue.dead(None, 10).await.unwrap();
    let reasons: BTreeSet<_> = dead.iter().map(|dead| dead.reason.split(':').next().unwrap().to_owned()).collect();
    assert_eq!(reasons, ["this is no job".to_owned(), "its worker was lost each time it ran".to_owned()].into());
}

#[tokio::test]
async fn a_shutdown_finishes_what_is_being_done_and_begins_nothing() {
    let server = start().await;
    let (begun, gate) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let work = {
        let (begun, gate) = (begun.clone(), gate.clone());
        move |_| {
            let (begun, gate) = (begun.clone(), gate.clone());
            async move {
                begun.notify_one();
                gate.notified().await;
                Ok(())
            }
        }
    };
    let one_at_a_time = Setup { slots: vec![(Lane::Pictures, 1)], ..setup() };
    let worker = worker(&server, one_at_a_time, work).await;
    let hands = Hands::of(&server, "nobody", Lane::Pictures).await;
    hands.push(&job(), Priority::Background).await;
    hands.push(&job(), Priority::Background).await;
    begun.notified().await;
    let stopped = tokio::spawn(worker.stop());
    gate.notify_one();
    stopped.await.unwrap();
    assert_eq!(hands.depths().await, [1, 0, 0, 0]);
}

/// The states of an asset's proxies.
async fn states(server: &Running, admin: &str, asset: &Value) -> BTreeSet<String> {
    let proxies = server.proxies(admin, asset).await;
    proxies.as_array().unwrap().iter().map(|proxy| proxy["state"].as_str().unwrap().to_owned()).collect()
}

/// How much was missing from the queue.
async fn queued(server: &Running) -> usize {
    server.upkeep(PeriodicJob::Reconcile).await.expect("nobody else is at it")["queued"]
}

#[tokio::test]
async fn work_that_all_of_redis_forgot_is_found_again() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    // As if it had been relayed, and then lost.
    server.sql("DELETE FROM outbox").await;
    let lost = Hands::of(&server, "lost", Lane::Pictures).await;
    assert_eq!(queued(&server).await, 1);
    assert_eq!(queued(&server).await, 0, "it is on its way");
    // A worker takes it and is killed.
    lost.take().await.expect("the job");
    server.advance(TimeDelta::from_std(LEASE).unwrap() + TimeDelta::seconds(1));
    server.no_schedule().await;
    let _workers = server.workers();
    assert_eq!(states(&server, &admin, &asset).await, ["READY".to_owned()].into());
    assert_eq!(queued(&server).await, 0, "nothing is missing");
}

#[tokio::test]
async fn a_job_of_a_newer_version_waits_and_holds_up_nothing() {
    let server = start().await;
    let admin = server.admin().await;
    server.sql("INSERT INTO outbox (job) VALUES ('{\"job\": \"of_the_future\"}'), ('[]')").await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let _workers = server.workers();
    assert_eq!(states(&server, &admin, &asset).await, ["READY".to_owned()].into());
    let mut conn = server.database().await;
    assert!(schema::outbox::take(&mut conn, 10).await.unwrap().is_empty());
    server.sql("UPDATE outbox SET job = '{\"job\": \"ingest_asset\", \"asset_id\": \"0197a2c4-0000-7000-8000-000000000000\"}'").await;
    assert_eq!(schema::outbox::take(&mut conn, 10).await.unwrap().len(), 2, "both were still there");
}

#[tokio::test]
async fn however_many_jobs_of_a_newer_version_wait_they_hold_up_nothing_and_are_not_locked() {
    let server = start().await;
    let admin = server.admin().await;
    server.sql("INSERT INTO outbox (job, priority) SELECT '{\"job\": \"fly\"}', 0 FROM generate_series(1, 1200)").await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let mut conn = server.database().await;
    let taken = diesel_async::AsyncConnection::transaction(&mut conn, async |conn| {
        let taken = schema::outbox::take(conn, 500).await?;
        server.sql("SELECT id FROM outbox WHERE job ->> 'job' = 'fly' FOR UPDATE NOWAIT").await;
        assert!(schema::outbox::take(&mut server.database().await, 500).await?.is_empty());
        Ok::<_, diesel::result::Error>(taken)
    });
    assert_eq!(taken.await.unwrap().len(), 1);
    // The job is gone with this; another is found in the same place.
    server
        .sql("INSERT INTO outbox (job) SELECT jsonb_build_object('job', 'render_proxy', 'asset_id', id) FROM assets")
        .await;
    let _workers = server.workers();
    assert_eq!(states(&server, &admin, &asset).await, ["READY".to_owned()].into());
}

#[tokio::test]
async fn a_job_of_a_newer_version_in_the_queue_is_left_for_a_worker_that_knows_it() {
    let server = start().await;
    let mut redis = server.redis().await;
    let name = |rest: &str| format!("{}:{rest}", server.namespace);
    let fields = [("args", r#"{"job":"of_the_future"}"#), ("lane", "pictures"), ("attempts", "0"), ("priority", "0")];
    let _: () = redis.hset_multiple(name("job:new"), &fields).await.unwrap();
    let _: () = redis.zadd(name("ready:pictures"), "new", 0).await.unwrap();
    let hands = Hands::of(&server, "newer", Lane::Pictures).await;
    let pace = Pace { net: Duration::from_millis(5), ..Pace::default() };
    let (worker, mut begins) = telling(&server, Setup { pace, ..setup() }).await;
    for time in 1..=3 * MAX_ATTEMPTS {
        until(Some(time), async || redis.hget(name("job:new"), "postponed").await.unwrap()).await;
        assert_eq!(hands.depths().await, [0, 1, 0, 0]);
        server.advance(TimeDelta::minutes(1));
    }
    // It holds up nothing.
    let job = job();
    hands.push(&job, Priority::Background).await;
    assert_eq!(next(&mut begins).await, job);
    worker.stop().await;
    server.advance(TimeDelta::minutes(1));
    let taken = hands.take().await.expect("it is still there");
    assert_eq!((taken.id.as_str(), taken.attempt), ("new", 1));
}

#[tokio::test]
async fn more_than_is_looked_at_at_a_time_hides_nothing_that_is_lost() {
    const HELD: usize = 10_000;
    let server = start().await;
    server.sql(tests::many_assets(HELD + 1)).await;
    server.sql("UPDATE proxies SET state = 'PENDING', file_id = NULL, media_type = NULL, byte_size = NULL").await;
    assert_eq!(queued(&server).await, HELD + 1);
    assert_eq!(queued(&server).await, 0, "all are on their way");
    // The one that comes last.
    let hands = Hands::of(&server, "nobody", Lane::Pictures).await;
    let (mut last, mut after) = (None, None);
    loop {
        let mut conn = server.database().await;
        let (jobs, place) = schema::outbox::missing(&mut conn, &[], 1, after, 3_000).await.unwrap();
        let Some(place) = place else { break };
        (last, after) = (jobs.last().cloned(), Some(place));
    }
    let last = last.unwrap();
    hands.push(&last, Priority::Visitor).await;
    let taken = hands.take().await.unwrap();
    assert_eq!(read(&taken), last);
    hands.end(&taken, Outcome::Done).await;
    assert_eq!(queued(&server).await, 1, "it is found behind the others");
}

/// Lets workers do all that waits.
async fn work_off(server: &Running) {
    let workers = server.workers();
    let hands = Hands::of(server, "nobody", Lane::Pictures).await;
    until([0, 0, 0, 0], async || hands.depths().await).await;
    workers.stop().await;
}

#[tokio::test]
async fn a_recording_that_was_not_looked_into_is_found_and_one_that_cannot_be_read_only_once() {
    let server = start().await;
    let admin = server.admin().await;
    let good = server.upload(&admin, "a.mp3", tests::made::sound("a.mp3", 3)).await;
    let mut broken = b"ID3\x04\0\0\0\0\0\0".to_vec();
    broken.extend([0; 400]);
    let bad = server.upload(&admin, "b.mp3", broken).await;
    assert_eq!((&good["kind"], &bad["kind"]), (&"AUDIO".into(), &"AUDIO".into()));
    server.no_schedule().await;
    // As if it had been relayed, and then lost.
    server.sql("DELETE FROM outbox").await;
    // Each is to be examined, and its sound to be made.
    assert_eq!(queued(&server).await, 4);
    work_off(&server).await;
    let query = "query($id: ID!) { asset(id: $id) { durationSeconds } }";
    let data = server.data(&admin, query, serde_json::json!({ "id": good["id"] })).await;
    assert!((data["asset"]["durationSeconds"].as_f64().unwrap() - 3.0).abs() < 0.2, "{data}");
    let data = server.data(&admin, query, serde_json::json!({ "id": bad["id"] })).await;
    assert_eq!(data["asset"]["durationSeconds"], Value::Null);
    assert_eq!(queued(&server).await, 0);
}

#[tokio::test]
async fn what_has_its_instant_waits_for_nothing_that_is_periodic() {
    let server = start().await;
    let (begun, mut begins) = mpsc::unbounded_channel();
    let work = move |job: Job| {
        let begun = begun.clone();
        async move {
            begun.send(job.clone())?;
            if !matches!(job, Job::ExpireLink { .. }) {
                std::future::pending::<()>().await;
            }
            Ok(())
        }
    };
    let setup = Setup { grace: Duration::ZERO, ..Setup::of_cores(1) };
    let _worker = worker(&server, setup, work).await;
    let queue = server.queue().await;
    for periodic in PeriodicJob::ALL {
        queue.push(&Job::from(*periodic), Priority::Background).await.unwrap();
        assert_eq!(next(&mut begins).await, Job::from(*periodic));
    }
    let expiry = Job::ExpireLink { link_id: LinkId::new(), at: server.services.now() };
    queue.push(&expiry, Priority::Background).await.unwrap();
    assert_eq!(next(&mut begins).await, expiry);
}
