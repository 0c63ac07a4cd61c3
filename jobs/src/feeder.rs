//! One lane of a worker process: takes its jobs from the queue, keeps their leases, and tells how they ended.
//!
//! It takes only what can begin at once, so that nothing waits here that another process could run, or that something
//! more urgent should overtake. Ends and new jobs travel together: one round trip for each turn. What ended while Redis
//! was away is told when it is back.

use crate::{
    backoff,
    outage::Check,
    queue::{Consumer, Ended, LEASE, Outcome, Queue, QueueError, Taken, Wakes},
};
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

/// How long to wait before another look whether what all jobs need is back.
const REST: Duration = Duration::from_secs(1);

/// How often a job that this version cannot read goes back, before it is given up on: for half a day or more.
const MAX_UNREAD: usize = 1_000;

/// How often things are done that nobody asks for.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// An idle worker looks for work, woken or not.
    pub net: Duration,
    /// Leases are renewed.
    pub renewal: Duration,
    /// The relay looks for jobs, woken or not.
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

/// How an attempt went.
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
    /// What all jobs need is away: this was no attempt.
    #[error("{0}")]
    Outage(String),
    /// Another version may know the job: this was no attempt.
    #[error("{0}")]
    Unread(String),
    #[error("{0}")]
    Abort(String),
}

/// How far a process has come with its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// It takes jobs.
    Working,
    /// It finishes what it has.
    Stopping,
    /// Nothing is being run any more, or is waited for.
    Over,
}

/// The lane's side of the queue.
pub(crate) struct Feeder {
    pub(crate) queue: Queue,
    pub(crate) consumer: Consumer,
    /// How many jobs are run at a time.
    pub(crate) slots: usize,
    pub(crate) pace: Pace,
    pub(crate) wakes: Wakes,
    pub(crate) check: Check,
    pub(crate) attempts: UnboundedSender<Attempt>,
    pub(crate) reports: UnboundedReceiver<Report>,
}

/// What a feeder keeps in state.
#[derive(Default)]
struct LaneState {
    /// What is being run, by id and fence.
    running: BTreeMap<(String, usize), Tried>,
    /// What has ended, and was not told yet.
    ended: Vec<Ended>,
    /// An answer was lost, and with it maybe jobs.
    unsure: bool,
    /// Something that all jobs need was away.
    outage: bool,
}

/// How often a job was tried.
#[derive(Default)]
struct Tried {
    /// This attempt, counted from 1.
    attempt: usize,
    /// How often it was postponed since the last one.
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
                    tracing::warn!(%error, lane = self.consumer.lane.name(), "no queue; trying again");
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
                () = self.wakes.rung(self.consumer.lane), if idle && !state.unsure => {}
                () = tokio::time::sleep(rest.unwrap_or_default()), if rest.is_some() => {}
                () = tokio::time::sleep_until(renewal) => renewal = self.renew(&state).await,
                changed = phase.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Tells what has ended, takes up to `room` jobs, and answers how long to rest if nothing happens.
    async fn ack_and_fetch(&self, state: &mut LaneState, room: usize) -> Result<Option<Duration>, QueueError> {
        if state.unsure {
            // What is being run may have been for longer than its lease: it stays ours, if nobody has taken it yet.
            self.queue.renew(&self.consumer, &state.leases()).await?;
            // Jobs that were taken by a call whose answer never came are nobody's.
            self.queue.put_back(self.consumer.lane, &self.consumer.owner, &state.known()).await?;
            state.unsure = false;
        }
        if room == 0 && state.ended.is_empty() {
            return Ok(None);
        }
        let fetched = self.queue.ack_and_fetch(&self.consumer, room, &state.ended).await?;
        state.ended.clear();
        let full = fetched.taken.len() >= room;
        for taken in fetched.taken {
            self.begin(state, taken);
        }
        match (state.ended.is_empty(), full) {
            // Something that could not be read is told at once.
            (false, _) => Ok(Some(Duration::ZERO)),
            (true, true) => Ok(None),
            (true, false) => Ok(Some(fetched.wait.unwrap_or(self.pace.net).min(self.pace.net))),
        }
    }

    /// Ends when what all jobs need is back.
    fn back(&self) -> impl Future<Output = ()> + Send + 'static {
        let (check, lane) = (self.check.clone(), self.consumer.lane.name());
        async move {
            while let Err(error) = check().await {
                tracing::warn!(error = format!("{error:#}"), lane, "no jobs are run until it is back");
                tokio::time::sleep(REST).await;
            }
        }
    }

    fn begin(&self, state: &mut LaneState, Taken { id, args, attempt, fence, postponed }: Taken) {
        let result = read(&args, postponed).map(|job| Attempt { id: id.clone(), number: attempt, fence, job });
        state.running.insert((id.clone(), fence), Tried { attempt, postponed });
        match result {
            // Nobody receives only when the worker is gone; then all is put back.
            Ok(begun) => drop(self.attempts.send(begun)),
            Err(failure) => state.note(Report { id, fence, result: Err(failure) }),
        }
    }

    /// Renews leases, and answers when to do it next.
    async fn renew(&self, state: &LaneState) -> Instant {
        match self.queue.renew(&self.consumer, &state.leases()).await {
            Ok(()) => Instant::now() + self.pace.renewal,
            Err(error) => {
                tracing::warn!(%error, "leases could not be renewed; trying again");
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

    /// What is being run, by id and fence.
    fn leases(&self) -> Vec<(String, usize)> {
        self.running.keys().cloned().collect()
    }

    /// What is being run, and what has ended and was not told yet.
    fn known(&self) -> Vec<(String, usize)> {
        self.ended.iter().map(|ended| (ended.id.clone(), ended.fence)).chain(self.leases()).collect()
    }
}

/// Waits for the end of what there may be.
async fn end(waiting: &mut Option<BoxFuture<'static, ()>>) {
    if let Some(waiting) = waiting {
        waiting.await;
    }
}

/// The job, or why it cannot be run.
fn read(args: &[u8], postponed: usize) -> Result<Job, Failure> {
    let unreadable = |error: serde_json::Error| match serde_json::from_slice::<Value>(args) {
        // Another process may know it: two versions run side by side while one replaces the other.
        Ok(value) if value["job"].is_string() && postponed < MAX_UNREAD => {
            Failure::Unread(format!("this version cannot read the job {}: {error}", value["job"]))
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
            assert!(matches!(read(newer, MAX_UNREAD), Err(Failure::Abort(_))));
        }
        for rubbish in [&b""[..], b"\xff\0", b"[]", b"{}", br#"{"job":7}"#] {
            assert!(matches!(read(rubbish, 0), Err(Failure::Abort(_))));
        }
    }
}
