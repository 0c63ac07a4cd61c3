//! One lane of a worker process: fetches jobs from the queue, renews their leases, and acknowledges how they ended.
//!
//! A feeder fetches only jobs that can begin at once: a job that waited here could not be run by another process, and
//! more urgent jobs could not overtake it. Acknowledgements and fetches share one round trip. Attempts that end while
//! Redis is away are acknowledged when Redis is back.

use crate::{
    backoff,
    outage::Check,
    queue::{Consumer, Ended, LEASE, Outcome, Queue, QueueError, Taken, Wakes},
};
use app::outage_log::OutageLog;
use futures::future::BoxFuture;
use schema::outbox::Job;
use serde_json::Value;
use std::{collections::BTreeMap, mem, time::Duration};
use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, UnboundedSender},
        watch,
    },
    time::Instant,
};

/// How long to wait after Redis did not answer.
const PAUSE: Duration = Duration::from_millis(500);

/// How long to wait before checking again whether Postgres and the storage are back.
const REST: Duration = Duration::from_secs(1);

/// How often a job that this version cannot read goes back to the queue before it is dead: half a day or more passes.
const MAX_UNREAD: usize = 1_000;

/// How often a process does things without being asked.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// An idle worker fetches, even if nothing woke it.
    pub net: Duration,
    /// A feeder renews its leases.
    pub renewal: Duration,
    /// The relay reads the outbox, even if nothing woke it.
    pub relay: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { net: Duration::from_secs(1), renewal: LEASE / 3, relay: Duration::from_secs(5) }
    }
}

/// An attempt that is to begin now.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) id: String,
    pub(crate) number: usize,
    pub(crate) fence: usize,
    pub(crate) job: Job,
}

/// How an attempt ended.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) id: String,
    pub(crate) fence: usize,
    pub(crate) result: Result<(), Failure>,
}

/// Why an attempt failed, for people.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{0}")]
    Retry(String),
    /// Postgres or the storage is away, so that this does not count as an attempt.
    #[error("{0}")]
    Outage(String),
    /// Another version may know the job, so that this does not count as an attempt.
    #[error("{0}")]
    Unread(String),
    #[error("{0}")]
    Abort(String),
}

/// How far the shutdown of a process has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Jobs are fetched.
    Working,
    /// No more jobs are fetched; running ones may end.
    Stopping,
    /// All jobs have ended, or the grace is over.
    Over,
}

/// Connects the queue with the Apalis worker of one lane.
pub(crate) struct Feeder {
    pub(crate) queue: Queue,
    pub(crate) consumer: Consumer,
    /// How many jobs run at a time.
    pub(crate) slots: usize,
    pub(crate) pace: Pace,
    pub(crate) wakes: Wakes,
    pub(crate) check: Check,
    pub(crate) attempts: UnboundedSender<Attempt>,
    pub(crate) reports: UnboundedReceiver<Report>,
    /// Whether Redis is away.
    pub(crate) outage: OutageLog,
}

/// What a feeder knows of its jobs.
#[derive(Default)]
struct LaneState {
    /// The running attempts, by id and fence.
    running: BTreeMap<(String, usize), Tried>,
    /// Attempts that have ended and are not acknowledged yet.
    ended: Vec<Ended>,
    /// An answer of Redis was lost; jobs may have been fetched by that call.
    unsure: bool,
    /// An attempt ended with an outage.
    outage: bool,
}

/// How often a running job was tried and postponed.
#[derive(Default)]
struct Tried {
    /// This attempt, counted from 1.
    attempt: usize,
    /// How often the job was postponed since the last attempt.
    postponed: usize,
}

impl Feeder {
    /// Feeds until the phase is `Over`.
    pub(crate) async fn run(mut self, mut phase: watch::Receiver<Phase>) {
        let mut state = LaneState::default();
        let mut renewal = Instant::now() + self.pace.renewal;
        let mut back: Option<BoxFuture<'static, ()>> = None;
        loop {
            while let Ok(report) = self.reports.try_recv() {
                state.note(report);
            }
            if mem::take(&mut state.outage) && back.is_none() {
                back = Some(Box::pin(self.back()));
            }
            let now = *phase.borrow_and_update();
            let works = now == Phase::Working && back.is_none();
            let room = if works { self.slots.saturating_sub(state.running.len()) } else { 0 };
            let rest = match self.ack_and_fetch(&mut state, room).await {
                Ok(rest) => rest,
                Err(error) => {
                    if self.outage.failed() {
                        tracing::warn!(%error, lane = self.consumer.lane.name(), "no queue; trying again");
                    }
                    state.unsure = true;
                    Some(PAUSE)
                }
            };
            if now == Phase::Over {
                return;
            }
            let idle = state.running.len() < self.slots && works;
            tokio::select! {
                Some(report) = self.reports.recv() => state.note(report),
                () = end(&mut back), if back.is_some() => back = None,
                () = self.wakes.woken(self.consumer.lane), if idle && !state.unsure => {}
                () = tokio::time::sleep(rest.unwrap_or_default()), if rest.is_some() => {}
                () = tokio::time::sleep_until(renewal) => renewal = self.renew(&state).await,
                changed = phase.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Acknowledges what has ended, fetches up to `room` jobs, and returns how long to rest if nothing happens.
    async fn ack_and_fetch(&self, state: &mut LaneState, room: usize) -> Result<Option<Duration>, QueueError> {
        if state.unsure {
            // Leases may have ended while Redis was away: they are renewed unless another worker has fetched the job.
            self.queue.renew(&self.consumer, &state.leases()).await?;
            // Jobs that were fetched by a call whose answer was lost go back.
            self.queue.put_back(self.consumer.lane, &self.consumer.owner, &state.known()).await?;
            state.unsure = false;
        }
        if room == 0 && state.ended.is_empty() {
            return Ok(None);
        }
        let fetched = self.queue.ack_and_fetch(&self.consumer, room, &state.ended).await?;
        self.answered();
        state.ended.clear();
        let full = fetched.taken.len() >= room;
        for taken in fetched.taken {
            self.begin(state, taken);
        }
        match (state.ended.is_empty(), full) {
            // A job that could not be read is acknowledged at once.
            (false, _) => Ok(Some(Duration::ZERO)),
            (true, true) => Ok(None),
            (true, false) => Ok(Some(fetched.wait.unwrap_or(self.pace.net).min(self.pace.net))),
        }
    }

    /// Notes that Redis has answered.
    fn answered(&self) {
        if let Some(lasted) = self.outage.succeeded() {
            tracing::warn!(?lasted, lane = self.consumer.lane.name(), "the queue is back");
        }
    }

    /// Ends when Postgres and the storage are back.
    fn back(&self) -> impl Future<Output = ()> + Send + 'static {
        let (check, lane) = (self.check.clone(), self.consumer.lane.name());
        async move {
            let outage = OutageLog::default();
            while let Err(error) = check().await {
                if outage.failed() {
                    tracing::warn!(error = format!("{error:#}"), lane, "no jobs are run until it is back");
                }
                tokio::time::sleep(REST).await;
            }
            if let Some(lasted) = outage.succeeded() {
                tracing::warn!(?lasted, lane, "jobs are run again");
            }
        }
    }

    fn begin(&self, state: &mut LaneState, Taken { id, args, attempt, fence, postponed }: Taken) {
        let result = read(&args, postponed).map(|job| Attempt { id: id.clone(), number: attempt, fence, job });
        state.running.insert((id.clone(), fence), Tried { attempt, postponed });
        match result {
            // The receiver is gone only when the worker has ended; then all jobs are put back.
            Ok(begun) => drop(self.attempts.send(begun)),
            Err(failure) => state.note(Report { id, fence, result: Err(failure) }),
        }
    }

    /// Renews leases, and returns when to renew them next.
    async fn renew(&self, state: &LaneState) -> Instant {
        let leases = state.leases();
        if leases.is_empty() {
            return Instant::now() + self.pace.renewal;
        }
        match self.queue.renew(&self.consumer, &leases).await {
            Ok(()) => {
                self.answered();
                Instant::now() + self.pace.renewal
            }
            Err(error) => {
                if self.outage.failed() {
                    tracing::warn!(%error, lane = self.consumer.lane.name(), "leases could not be renewed; trying again");
                }
                Instant::now() + PAUSE
            }
        }
    }
}

impl LaneState {
    fn note(&mut self, Report { id, fence, result }: Report) {
        let Tried { attempt, postponed } = self.running.remove(&(id.clone(), fence)).unwrap_or_default();
        self.outage |= matches!(result, Err(Failure::Outage(_)));
        let outcome = match result {
            Ok(()) => Outcome::Done,
            Err(Failure::Abort(reason)) => Outcome::Abort { reason },
            Err(Failure::Retry(reason)) => Outcome::Retry { reason, after: backoff::delay(attempt, &mut rand::rng()) },
            Err(Failure::Outage(reason) | Failure::Unread(reason)) => {
                Outcome::Postpone { reason, after: backoff::pause(postponed + 1, &mut rand::rng()) }
            }
        };
        self.ended.push(Ended { id, fence, outcome });
    }

    /// The running attempts, by id and fence.
    fn leases(&self) -> Vec<(String, usize)> {
        self.running.keys().cloned().collect()
    }

    /// The running attempts, and those that have ended and are not acknowledged yet.
    fn known(&self) -> Vec<(String, usize)> {
        self.ended.iter().map(|ended| (ended.id.clone(), ended.fence)).chain(self.leases()).collect()
    }
}

/// Waits for the end of a future, if there is one.
async fn end(waiting: &mut Option<BoxFuture<'static, ()>>) {
    if let Some(waiting) = waiting {
        waiting.await;
    }
}

/// Parses a job, or says why that fails.
fn read(args: &[u8], postponed: usize) -> Result<Job, Failure> {
    let unreadable = |error: serde_json::Error| match serde_json::from_slice::<Value>(args) {
        // Two versions run side by side while one replaces the other; the other one may know the job.
        Ok(value) if value["job"].is_string() => {
            let told = format!("this version cannot read the job {}: {error}", value["job"]);
            if postponed < MAX_UNREAD { Failure::Unread(told) } else { Failure::Abort(told) }
        }
        _ => Failure::Abort(format!("this is no job: {error}")),
    };
    serde_json::from_slice(args).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_newer_version_may_know_is_left_for_it_and_rubbish_is_not() {
        assert!(read(br#"{"job":"reconcile"}"#, MAX_UNREAD).is_ok());
        for newer in [&br#"{"job":"of_the_future"}"#[..], br#"{"job":"ingest_asset","asset_id":7}"#] {
            assert!(matches!(read(newer, MAX_UNREAD - 1), Err(Failure::Unread(_))));
            let given_up = read(newer, MAX_UNREAD);
            assert!(
                matches!(given_up, Err(Failure::Abort(told)) if told.starts_with("this version cannot read the job"))
            );
        }
        for rubbish in [&b""[..], b"\xff\0", b"[]", b"{}", br#"{"job":7}"#] {
            assert!(matches!(read(rubbish, 0), Err(Failure::Abort(_))));
        }
    }
}
