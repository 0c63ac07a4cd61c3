//! The queue step by step: one job for the same work, leases, attempts, and what is given up on.

use crate::jobs::hands::{Hands, abort, job, read, retry};
use chrono::TimeDelta;
use domain::LinkId;
use futures::future::join_all;
use jobs::queue::{Ended, LEASE, MAX_ATTEMPTS, Outcome};
use schema::{
    outbox::{Job, Lane, Priority},
    periodic::PeriodicJob,
};
use std::{collections::BTreeSet, time::Duration};
use tests::{Running, start};

async fn hands(server: &Running, owner: &str) -> Hands {
    Hands::of(server, owner, Lane::Pictures).await
}

fn lease() -> TimeDelta {
    TimeDelta::from_std(LEASE).unwrap()
}

#[tokio::test]
async fn the_same_work_is_queued_once_until_it_is_done() {
    let server = start().await;
    let (one, two, job) = (hands(&server, "one").await, hands(&server, "two").await, job());
    assert!(one.push(&job, Priority::Background).await);
    assert!(!one.push(&job, Priority::Background).await);
    let taken = one.take().await.unwrap();
    assert_eq!((read(&taken), taken.attempt), (job.clone(), 1));
    assert!(two.take().await.is_none());
    one.end(&taken, Outcome::Done).await;
    assert_eq!(one.depths().await, [0, 0, 0, 0]);
    assert!(one.push(&job, Priority::Background).await, "it may be needed again");
}

#[tokio::test]
async fn a_silent_worker_loses_its_job_to_another() {
    let server = start().await;
    let (lost, next) = (hands(&server, "lost").await, hands(&server, "next").await);
    lost.push(&job(), Priority::Background).await;
    let first = lost.take().await.unwrap();
    server.advance(lease() - TimeDelta::seconds(1));
    lost.renew(&first).await;
    server.advance(lease() - TimeDelta::seconds(1));
    assert!(next.take().await.is_none(), "a renewed lease holds");
    server.advance(TimeDelta::seconds(2));
    let second = next.take().await.unwrap();
    assert_eq!((&second.id, second.attempt), (&first.id, 2));
    // What the lost one has to say comes too late.
    lost.renew(&first).await;
    lost.end(&first, Outcome::Done).await;
    assert_eq!(next.depths().await, [0, 0, 1, 0]);
    next.end(&second, Outcome::Done).await;
    assert_eq!(next.depths().await, [0, 0, 0, 0]);
}

#[tokio::test]
async fn an_attempt_that_was_lost_says_nothing_about_the_next_one_of_the_same_worker() {
    let server = start().await;
    let worker = hands(&server, "worker").await;
    worker.push(&job(), Priority::Background).await;
    let first = worker.take().await.unwrap();
    server.advance(lease() + TimeDelta::seconds(1));
    let second = worker.take().await.unwrap();
    worker.end(&first, Outcome::Done).await;
    worker.end(&first, abort()).await;
    assert_eq!((second.attempt, worker.depths().await), (2, [0, 0, 1, 0]));
}

#[tokio::test]
async fn an_end_that_is_told_twice_counts_once() {
    let server = start().await;
    let (worker, job) = (hands(&server, "worker").await, job());
    worker.push(&job, Priority::Background).await;
    let first = worker.take().await.unwrap();
    worker.push(&job, Priority::Background).await;
    // The run that was asked for meanwhile begins with the answer, which is lost: so the end is told again.
    let end = Ended { id: first.id.clone(), fence: first.fence, outcome: Outcome::Done };
    let lost = worker.queue.ack_and_fetch(&worker.consumer, 1, &[end]).await.unwrap().taken.pop().unwrap();
    worker.end(&first, Outcome::Done).await;
    assert_eq!((lost.attempt, worker.depths().await), (1, [0, 0, 1, 0]), "the second run has not ended");
    // Nobody knows of that lease; only of the first one.
    let known = [(first.id.clone(), first.fence)];
    assert_eq!(worker.queue.put_back(Lane::Pictures, "worker", &known).await.unwrap(), 1);
    let second = worker.take().await.unwrap();
    worker.end(&second, Outcome::Done).await;
    assert_eq!(worker.depths().await, [0, 0, 0, 0]);
}

#[tokio::test]
async fn a_failing_job_is_given_up_on_and_not_queued_again_for_an_hour() {
    let server = start().await;
    let (worker, job) = (hands(&server, "worker").await, job());
    worker.push(&job, Priority::Background).await;
    for attempt in 1..=MAX_ATTEMPTS {
        let taken = worker.take().await.expect("the next attempt");
        assert_eq!(taken.attempt, attempt);
        worker.end(&taken, retry(Duration::from_secs(8))).await;
        server.advance(TimeDelta::seconds(7));
        assert!(worker.take().await.is_none(), "too early for another attempt after {attempt}");
        server.advance(TimeDelta::seconds(1));
    }
    assert!(worker.take().await.is_none());
    assert_eq!(worker.depths().await, [0, 0, 0, 1]);
    let dead = worker.queue.dead(None, 10).await.unwrap().pop().unwrap();
    assert_eq!((dead.reason.as_str(), dead.attempts), ("it rains", MAX_ATTEMPTS));

    for priority in [Priority::Background, Priority::Shared, Priority::Visitor] {
        assert!(!worker.push(&job, priority).await, "what fails each time is not queued again at once");
    }
    server.advance(TimeDelta::minutes(59) - TimeDelta::seconds(10));
    assert!(!worker.push(&job, Priority::Visitor).await);
    assert_eq!(worker.depths().await, [0, 0, 0, 1]);
    server.advance(TimeDelta::minutes(1) + TimeDelta::seconds(10));
    assert!(worker.push(&job, Priority::Visitor).await, "an hour later things may have changed");
    assert_eq!(worker.depths().await, [1, 0, 0, 0]);
    assert_eq!(worker.take().await.unwrap().attempt, 1);
}

#[tokio::test]
async fn what_trying_again_does_not_help_is_given_up_on_at_once() {
    let server = start().await;
    let worker = hands(&server, "worker").await;
    worker.push(&job(), Priority::Background).await;
    let taken = worker.take().await.unwrap();
    let before = server.services.now().timestamp_millis();
    worker.end(&taken, abort()).await;
    let after = server.services.now().timestamp_millis();
    assert_eq!(worker.depths().await, [0, 0, 0, 1]);
    let dead = worker.queue.dead(None, 10).await.unwrap().pop().unwrap();
    assert_eq!((dead.reason.as_str(), dead.attempts, &dead.id), ("no use", 1, &taken.id));
    assert!((before..=after).contains(&dead.at.timestamp_millis()), "{}", dead.at);
}

#[tokio::test]
async fn a_job_that_loses_its_worker_each_time_is_given_up_on() {
    let server = start().await;
    let worker = hands(&server, "worker").await;
    worker.push(&job(), Priority::Background).await;
    for attempt in 1..=MAX_ATTEMPTS {
        assert_eq!(worker.take().await.expect("an attempt").attempt, attempt);
        server.advance(lease() + TimeDelta::seconds(1));
    }
    assert!(worker.take().await.is_none());
    assert_eq!(worker.depths().await, [0, 0, 0, 1]);
    assert!(worker.queue.dead(None, 1).await.unwrap()[0].reason.contains("worker was lost"));
}

#[tokio::test]
async fn no_two_workers_take_the_same_job() {
    let server = start().await;
    let pusher = hands(&server, "pusher").await;
    let jobs: Vec<_> = (0..100).map(|_| (job(), Priority::Background)).collect();
    assert_eq!(pusher.queue.push_all(&jobs).await.unwrap(), 100);
    assert_eq!(pusher.queue.push_all(&jobs).await.unwrap(), 0);
    let taken = join_all((0..8).map(async |worker| {
        let hands = hands(&server, &format!("worker-{worker}")).await;
        let mut taken = Vec::new();
        while let Some(job) = hands.take().await {
            taken.push(job.id);
        }
        taken
    }));
    let taken = taken.await.concat();
    assert_eq!((taken.len(), taken.iter().collect::<BTreeSet<_>>().len()), (100, 100));
}

#[tokio::test]
async fn a_process_that_ends_gives_back_what_it_holds_as_if_it_had_not_been_tried() {
    let server = start().await;
    let (one, other, third) =
        (hands(&server, "one-0").await, hands(&server, "other-0").await, hands(&server, "third-0").await);
    one.push(&job(), Priority::Background).await;
    one.push(&job(), Priority::Background).await;
    one.push(&job(), Priority::Background).await;
    let (mine, kept) = (one.take().await.unwrap(), one.take().await.unwrap());
    other.take().await.unwrap();
    for _ in 0..3 {
        let queue = &one.queue;
        assert_eq!(queue.put_back(Lane::Pictures, "one-", &[(kept.id.clone(), kept.fence)]).await.unwrap(), 1);
        let again = third.take().await.unwrap();
        assert_eq!((&again.id, again.attempt), (&mine.id, 1), "in its old place, and not tried");
        assert!(third.take().await.is_none());
        assert_eq!(queue.put_back(Lane::Pictures, "third-", &[]).await.unwrap(), 1);
        assert_eq!(one.take().await.unwrap().id, mine.id);
    }
    assert_eq!(one.queue.put_back(Lane::Videos, "one-", &[]).await.unwrap(), 0, "another lane is not its business");
}

#[tokio::test]
async fn a_job_waits_for_its_time() {
    let server = start().await;
    let worker = Hands::of(&server, "worker", Lane::Upkeep).await;
    let at = server.services.now() + TimeDelta::hours(1);
    let job = Job::ExpireLink { link_id: LinkId::nil(), at };
    assert!(worker.push(&job, Priority::Background).await);
    assert!(!worker.push(&job, Priority::Visitor).await, "a push does not change when");
    assert_eq!(worker.depths().await, [0, 1, 0, 0]);
    let fetched = worker.queue.ack_and_fetch(&worker.consumer, 1, &[]).await.unwrap();
    let wait = fetched.wait.expect("something is due");
    assert!(fetched.taken.is_empty() && wait > Duration::from_mins(59) && wait <= Duration::from_mins(61), "{wait:?}");
    server.advance(TimeDelta::minutes(61));
    assert_eq!(read(&worker.take().await.unwrap()), job);
}

#[tokio::test]
async fn upkeep_that_was_given_up_on_is_queued_again_when_it_is_due() {
    let server = start().await;
    let worker = Hands::of(&server, "worker", Lane::Upkeep).await;
    for job in PeriodicJob::ALL.iter().copied().map(Job::from) {
        worker.push(&job, Priority::Background).await;
        worker.end(&worker.take().await.unwrap(), abort()).await;
        assert_eq!(worker.depths().await, [0, 0, 0, 1]);
        assert!(worker.push(&job, Priority::Background).await);
        let taken = worker.take().await.unwrap();
        assert_eq!((read(&taken), taken.attempt), (job, 1));
        worker.end(&taken, Outcome::Done).await;
        assert_eq!(worker.depths().await, [0, 0, 0, 0]);
    }
}

#[tokio::test]
async fn what_could_not_be_tried_goes_back_as_often_as_it_must() {
    let server = start().await;
    let (worker, job) = (hands(&server, "worker").await, job());
    worker.push(&job, Priority::Background).await;
    for time in 0..3 * MAX_ATTEMPTS {
        let taken = worker.take().await.unwrap();
        assert_eq!((taken.attempt, taken.postponed), (1, time));
        let after = Duration::from_secs(8);
        worker.end(&taken, Outcome::Postpone { reason: "it rains".to_owned(), after }).await;
        server.advance(TimeDelta::seconds(7));
        assert!(worker.take().await.is_none(), "too early");
        server.advance(TimeDelta::seconds(1));
    }
    // Attempts are counted as before, and the pauses begin anew.
    worker.end(&worker.take().await.unwrap(), retry(Duration::ZERO)).await;
    let taken = worker.take().await.unwrap();
    assert_eq!((taken.attempt, taken.postponed), (2, 0));
}
