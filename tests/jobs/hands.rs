//! A worker's hands on the queue, without a worker; and workers that do whatever a test says.

use anyhow::Result as Work;
use domain::AssetId;
use futures::future::BoxFuture;
use jobs::{
    Queue, Setup,
    queue::{Consumer, Ended, Outcome, Taken},
    worker,
};
use schema::outbox::{Job, Lane, Priority};
use std::{sync::Arc, time::Duration};
use tests::{Running, Workers};

/// A job that no other test has.
pub(crate) fn job() -> Job {
    Job::IngestAsset { asset_id: AssetId::new() }
}

/// An outcome that asks for another attempt.
pub(crate) fn retry(after: Duration) -> Outcome {
    Outcome::Retry { reason: "it rains".to_owned(), after }
}

/// An outcome that gives up.
pub(crate) fn abort() -> Outcome {
    Outcome::Abort { reason: "no use".to_owned() }
}

/// Somebody who takes jobs one by one.
pub(crate) struct Hands {
    pub(crate) queue: Queue,
    pub(crate) consumer: Consumer,
}

impl Hands {
    pub(crate) async fn of(server: &Running, owner: &str, lane: Lane) -> Self {
        Self { queue: server.queue().await, consumer: Consumer { lane, owner: owner.to_owned() } }
    }

    pub(crate) async fn take(&self) -> Option<Taken> {
        self.queue.ack_and_fetch(&self.consumer, 1, &[]).await.unwrap().taken.pop()
    }

    pub(crate) async fn end(&self, taken: &Taken, outcome: Outcome) {
        let ended = Ended { id: taken.id.clone(), fence: taken.fence, outcome };
        assert!(self.queue.ack_and_fetch(&self.consumer, 0, &[ended]).await.unwrap().taken.is_empty());
    }

    pub(crate) async fn push(&self, job: &Job, priority: Priority) -> bool {
        self.queue.push(job, priority).await.unwrap()
    }

    pub(crate) async fn renew(&self, taken: &Taken) {
        self.queue.renew(&self.consumer, &[(taken.id.clone(), taken.fence)]).await.unwrap();
    }

    /// How many jobs of the lane are `[ready, scheduled, running, dead]`.
    pub(crate) async fn depths(&self) -> [usize; 4] {
        let depths = self.queue.depths().await.unwrap();
        let depths = depths.into_iter().find(|depths| depths.lane == self.consumer.lane).unwrap();
        [depths.ready, depths.scheduled, depths.running, depths.dead]
    }
}

/// What a job in the queue is.
pub(crate) fn read(taken: &Taken) -> Job {
    serde_json::from_slice(&taken.args).unwrap()
}

/// Work for which nothing is ever away.
pub(crate) fn well(run: worker::Run) -> worker::Work {
    worker::Work { run, check: Arc::new(|| Box::pin(async { Ok(()) })) }
}

/// A worker that does what a test says.
pub(crate) async fn worker<F>(
    server: &Running,
    setup: Setup,
    work: impl Fn(Job) -> F + Send + Sync + 'static,
) -> Workers
where
    F: Future<Output = Work<()>> + Send + 'static,
{
    let run: worker::Run = Arc::new(move |job, _| -> BoxFuture<'static, Work<()>> { Box::pin(work(job)) });
    let queue = server.queue().await;
    Workers::start(|stopping| worker::run(queue, setup, well(run), stopping))
}

/// Waits until the answer is this one.
pub(crate) async fn until<T: PartialEq + std::fmt::Debug>(expected: T, mut ask: impl AsyncFnMut() -> T) {
    let mut last = None;
    let wait = async {
        loop {
            let answer = ask().await;
            if answer == expected {
                return;
            }
            last = Some(answer);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_mins(1), wait).await;
    assert!(came.is_ok(), "{last:?} never became {expected:?}");
}
