//! What is taken first, what never waits for what, and pushes that come while the same work is being done.

use crate::jobs::hands::{Hands, abort, job, read, retry};
use chrono::TimeDelta;
use jobs::queue::{LEASE, MAX_ATTEMPTS, Outcome};
use schema::outbox::{Job, Lane, Priority};
use std::time::Duration;
use tests::start;

#[tokio::test]
async fn jobs_are_taken_by_priority_and_then_first_in_first_out() {
    let server = start().await;
    let worker = Hands::of(&server, "worker", Lane::Pictures).await;
    // Many of each in the same millisecond, urgent ones last and in between.
    let priorities = [Priority::Background, Priority::Shared, Priority::Visitor];
    let jobs: Vec<_> = (0..90).map(|index| (job(), priorities[index % 3])).collect();
    worker.queue.push_all(&jobs).await.unwrap();
    let mut taken = Vec::new();
    while let Some(job) = worker.take().await {
        taken.push(read(&job));
    }
    let of = |priority| jobs.iter().filter(move |(_, other)| *other == priority).map(|(job, _)| job.clone());
    let expected: Vec<_> = of(Priority::Visitor).chain(of(Priority::Shared)).chain(of(Priority::Background)).collect();
    assert_eq!(taken, expected);
}

#[tokio::test]
async fn a_more_urgent_push_raises_what_waits_and_a_less_urgent_one_changes_nothing() {
    let server = start().await;
    let worker = Hands::of(&server, "worker", Lane::Pictures).await;
    let [first, second, third] = [job(), job(), job()];
    worker.push(&first, Priority::Shared).await;
    worker.push(&second, Priority::Background).await;
    worker.push(&third, Priority::Background).await;
    assert!(!worker.push(&third, Priority::Visitor).await, "it is on its way");
    assert!(!worker.push(&third, Priority::Background).await);
    for expected in [&third, &first, &second] {
        let taken = worker.take().await.unwrap();
        assert_eq!(read(&taken), *expected);
        worker.end(&taken, Outcome::Done).await;
    }
    assert_eq!(worker.depths().await, [0, 0, 0, 0]);
}

#[tokio::test]
async fn what_waits_for_a_retry_is_raised_and_keeps_its_time() {
    let server = start().await;
    let worker = Hands::of(&server, "worker", Lane::Pictures).await;
    let (failing, other) = (job(), job());
    worker.push(&failing, Priority::Background).await;
    worker.end(&worker.take().await.unwrap(), retry(Duration::from_mins(1))).await;
    assert!(!worker.push(&failing, Priority::Visitor).await);
    assert!(worker.take().await.is_none());
    worker.push(&other, Priority::Shared).await;
    server.advance(TimeDelta::seconds(61));
    let taken = worker.take().await.unwrap();
    assert_eq!((read(&taken), taken.attempt), (failing, 2));
}

#[tokio::test]
async fn lanes_do_not_see_each_other() {
    let server = start().await;
    let (pictures, upkeep) =
        (Hands::of(&server, "worker", Lane::Pictures).await, Hands::of(&server, "worker", Lane::Upkeep).await);
    for _ in 0..3 {
        pictures.push(&job(), Priority::Visitor).await;
    }
    upkeep.push(&Job::SweepExpired, Priority::Background).await;
    assert_eq!((pictures.depths().await, upkeep.depths().await), ([3, 0, 0, 0], [1, 0, 0, 0]));
    let taken = upkeep.take().await.unwrap();
    assert_eq!(read(&taken), Job::SweepExpired);
    assert!(upkeep.take().await.is_none());
    upkeep.end(&taken, abort()).await;
    assert_eq!((pictures.depths().await, upkeep.depths().await), ([3, 0, 0, 0], [0, 0, 0, 1]));
}

#[tokio::test]
async fn what_is_pushed_while_it_runs_runs_once_more() {
    let server = start().await;
    let worker = Hands::of(&server, "worker", Lane::Pictures).await;
    let (job, other) = (job(), job());
    worker.push(&job, Priority::Background).await;
    let first = worker.take().await.unwrap();
    assert!(!worker.push(&job, Priority::Shared).await);
    assert!(!worker.push(&job, Priority::Visitor).await);
    assert!(!worker.push(&job, Priority::Background).await);
    assert_eq!(worker.depths().await, [0, 0, 1, 0], "two of a kind are never run at once");
    worker.push(&other, Priority::Shared).await;
    worker.end(&first, Outcome::Done).await;
    let second = worker.take().await.unwrap();
    assert_eq!((read(&second), second.attempt), (job.clone(), 1), "with the highest of the new priorities");
    worker.end(&second, Outcome::Done).await;
    worker.end(&worker.take().await.unwrap(), Outcome::Done).await;
    assert_eq!(worker.depths().await, [0, 0, 0, 0], "once more, and not for ever");
    assert!(worker.push(&job, Priority::Background).await);
}

#[tokio::test]
async fn the_next_attempt_is_the_run_that_a_push_meanwhile_asks_for() {
    let server = start().await;
    let worker = Hands::of(&server, "worker", Lane::Pictures).await;
    for how in ["failed", "lost", "given back"] {
        let (job, other) = (job(), job());
        worker.push(&job, Priority::Background).await;
        let first = worker.take().await.unwrap();
        worker.push(&job, Priority::Visitor).await;
        worker.push(&other, Priority::Shared).await;
        match how {
            "failed" => worker.end(&first, retry(Duration::ZERO)).await,
            "lost" => server.advance(TimeDelta::from_std(LEASE).unwrap() + TimeDelta::seconds(1)),
            _ => assert_eq!(worker.queue.put_back(Lane::Pictures, "worker", &[]).await.unwrap(), 1),
        }
        let second = worker.take().await.unwrap();
        assert_eq!((read(&second), second.attempt), (job, if how == "given back" { 1 } else { 2 }), "{how}");
        worker.end(&second, Outcome::Done).await;
        worker.end(&worker.take().await.unwrap(), Outcome::Done).await;
        assert_eq!(worker.depths().await, [0, 0, 0, 0], "{how}");
    }
}

#[tokio::test]
async fn a_push_during_a_run_that_is_given_up_on_gives_one_more_life_and_no_third() {
    let server = start().await;
    let worker = Hands::of(&server, "worker", Lane::Pictures).await;
    let job = job();
    worker.push(&job, Priority::Background).await;
    let first = worker.take().await.unwrap();
    worker.push(&job, Priority::Visitor).await;
    worker.end(&first, abort()).await;
    // With all its attempts.
    for attempt in 1..=MAX_ATTEMPTS {
        let taken = worker.take().await.expect("another attempt");
        assert_eq!(taken.attempt, attempt);
        worker.push(&job, Priority::Visitor).await;
        worker.end(&taken, retry(Duration::ZERO)).await;
    }
    assert!(worker.take().await.is_none(), "whoever asks all the time does not make it run all the time");
    assert_eq!(worker.depths().await, [0, 0, 0, 1]);
    assert!(!worker.push(&job, Priority::Visitor).await);
    server.advance(TimeDelta::hours(1));
    assert!(worker.push(&job, Priority::Visitor).await);
}

#[tokio::test]
async fn pushes_and_runs_that_race_lose_no_push() {
    let server = start().await;
    let (worker, pusher) =
        (Hands::of(&server, "worker", Lane::Pictures).await, Hands::of(&server, "pusher", Lane::Pictures).await);
    let job = job();
    let (pushed, seen) = (std::sync::atomic::AtomicUsize::new(0), std::sync::atomic::AtomicUsize::new(0));
    let order = std::sync::atomic::Ordering::SeqCst;
    let push = async {
        for _ in 0..300 {
            // The cause comes before the push, as it does with the outbox.
            pushed.fetch_add(1, order);
            pusher.push(&job, Priority::Shared).await;
        }
    };
    let run = async {
        while seen.load(order) < 300 {
            let Some(taken) = worker.take().await else { continue };
            // The run reads what is there when it begins.
            let read = pushed.load(order);
            tokio::task::yield_now().await;
            seen.store(read, order);
            worker.end(&taken, Outcome::Done).await;
        }
    };
    let raced = async { futures::join!(push, run) };
    tokio::time::timeout(Duration::from_mins(1), raced).await.expect("the last push is served");
}
