//! One Apalis worker for each lane. No other file knows Apalis.
//!
//! `apalis-redis` 1.0 loses and repeats jobs and never drains a long backlog. So the backend is our own: it hands on
//! what `feeder.rs` fetched, and never fails, because only the feeder talks to Redis.

use crate::{
    Queue,
    feeder::{Attempt, Failure, Feeder, Pace, Phase, Report},
    outage::{Check, Outage},
    queue::{Consumer, Wakes},
    tasks::Abort,
};
use apalis::prelude::*;
use apalis_core::{
    backend::{BackendConfig, finalize::Ephemeral},
    error::BoxDynError,
    layers::Identity,
    task::{ExecutionContext, Task, builder::TaskBuilder, task_id::TaskId},
    worker::{context::WorkerContext, ext::ack::Acknowledge},
};
use app::outage_log::OutageLog;
use futures::future::{BoxFuture, Ready, join_all, ready};
use schema::{
    outbox::{Job, Lane},
    periodic::PeriodicJob,
};
use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    watch,
};
use ulid::Ulid;

/// How long a shutdown waits for running jobs by default.
const GRACE: Duration = Duration::from_secs(20);

/// Runs a job; the number is that of the attempt, from 1.
pub type Run = Arc<dyn Fn(Job, usize) -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync>;

/// What a worker does with jobs.
#[derive(Clone)]
pub struct Work {
    /// Runs one job.
    pub run: Run,
    /// Asked after a job ended with an [`Outage`], until the outage is over.
    pub check: Check,
}

/// How a worker process works.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Which lanes, and how many jobs of each at a time.
    pub slots: Vec<(Lane, usize)>,
    /// How often the process does things without being asked.
    pub pace: Pace,
    /// How long a shutdown waits for running jobs; those that are not done by then go back to the queue.
    pub grace: Duration,
}

impl Setup {
    /// All lanes on a machine with this many cores: a picture fills one core, a video two, and upkeep waits for
    /// Postgres.
    pub fn of_cores(cores: usize) -> Self {
        let slots = |lane| match lane {
            // Two slots more than periodic jobs, of which two of a kind never run at once: so that `ExpireLink` is hardly ever
            // blocked, also by a mail server that does not answer.
            Lane::Upkeep => PeriodicJob::ALL.len() + 2,
            Lane::Pictures => cores.max(1),
            Lane::Videos => (cores / 2).max(1),
            // Nobody waits for it, and it fills a core.
            Lane::Faces => 1,
        };
        let slots = Lane::ALL.iter().map(|&lane| (lane, slots(lane))).collect();
        Self { slots, pace: Pace::default(), grace: GRACE }
    }
}

/// Runs jobs until `stop` says so.
pub async fn run(queue: Queue, setup: Setup, work: Work, mut stop: watch::Receiver<bool>) -> anyhow::Result<()> {
    let process = format!("worker-{}-", Ulid::generate());
    let (phase, phases) = watch::channel(Phase::Working);
    let wakes = Wakes::new();
    let mut monitor = Monitor::new().shutdown_timeout(setup.grace).should_restart(|_, error| {
        tracing::warn!(%error, "a worker stopped and is started again");
        true
    });
    let mut feeders = Vec::new();
    for (lane, slots) in setup.slots.iter().copied() {
        let consumer = Consumer { lane, owner: format!("{process}{}", lane.name()) };
        let ((attempts, fed), (told, reports)) = (unbounded_channel(), unbounded_channel());
        let backend = ApalisBackend { fed: Arc::new(Mutex::new(fed)) };
        let name = consumer.owner.clone();
        let (queue, pace, wakes, Work { run, check }) = (queue.clone(), setup.pace, wakes.clone(), work.clone());
        let feeder =
            Feeder { queue, consumer, slots, pace, wakes, check, attempts, reports, outage: OutageLog::default() };
        feeders.push(tokio::spawn(feeder.run(phases.clone())));
        monitor = monitor.register(move |_| {
            WorkerBuilder::new(name.clone())
                .backend(backend.clone())
                .ack_with(Acknowledged(told.clone()))
                .concurrency(slots)
                .parallelize(tokio::spawn)
                .catch_panic()
                .data(Arc::clone(&run))
                .build(handle)
        });
    }
    let signal = async {
        // A dropped sender is a stop, too.
        let _ = stop.wait_for(|stop| *stop).await;
        phase.send_replace(Phase::Stopping);
        Ok(())
    };
    let ended = tokio::select! {
        ended = monitor.run_with_signal(signal) => ended,
        () = wakes.run(&queue) => Ok(()),
    };
    phase.send_replace(Phase::Over);
    join_all(feeders).await;
    put_back(&queue, &process).await;
    Ok(ended?)
}

/// Puts back the jobs that did not end within the grace.
async fn put_back(queue: &Queue, process: &str) {
    for &lane in Lane::ALL {
        match queue.put_back(lane, process, &[]).await {
            Ok(0) => {}
            Ok(returned) => tracing::info!(returned, "gave jobs back"),
            Err(error) => tracing::warn!(%error, "could not give jobs back; they wait for their leases to end"),
        }
    }
}

async fn handle(attempt: Attempt, run: Data<Run>) -> Result<(), BoxDynError> {
    let Attempt { id, number, job, .. } = attempt;
    let failure = match run(job.clone(), number).await {
        Ok(()) => return Ok(()),
        Err(error) if error.downcast_ref::<Abort>().is_some() => Failure::Abort(format!("{error:#}")),
        Err(error) if error.is::<Outage>() => Failure::Outage(format!("{error:#}")),
        Err(error) => Failure::Retry(format!("{error:#}")),
    };
    tracing::warn!(id, ?job, attempt = number, error = %failure, "a job failed");
    Err(failure.into())
}

/// Reports to the feeder how attempts ended.
#[derive(Clone)]
struct Acknowledged(UnboundedSender<Report>);

impl Acknowledge<()> for Acknowledged {
    type Error = Infallible;
    type Future = Ready<Result<(), Infallible>>;

    fn ack(&mut self, result: &Result<(), BoxDynError>, ctx: &ExecutionContext) -> Self::Future {
        let result = result.as_ref().map_err(failure).copied();
        let id = ctx.task_id().map(ToString::to_string).unwrap_or_default();
        // The feeder is gone only when the process ends, which puts back what was not acknowledged.
        drop(self.0.send(Report { id, fence: ctx.attempt(), result }));
        ready(Ok(()))
    }
}

fn failure(error: &BoxDynError) -> Failure {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return failure.clone();
    }
    // Everything else is a panic.
    let reason = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    tracing::error!(reason, "a job panicked");
    Failure::Retry(format!("the task broke down: {}", reason.trim_start_matches("PanicError: ")))
}

/// The backend that an Apalis worker polls. Clones share one channel, so that a restarted worker continues.
#[derive(Clone)]
struct ApalisBackend {
    fed: Arc<Mutex<UnboundedReceiver<Attempt>>>,
}

impl Backend for ApalisBackend {
    type Task = Task<Attempt>;
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(&mut self, cx: &mut Context<'_>, _: &WorkerContext) -> Poll<Option<Result<Self::Task, Infallible>>> {
        let mut fed = self.fed.lock().unwrap_or_else(PoisonError::into_inner);
        fed.poll_recv(cx).map(|attempt| attempt.map(|attempt| Ok(task(attempt))))
    }

    fn poll_close(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
}

/// Wraps an attempt for Apalis. Apalis's attempt field carries our fencing token, which tells the attempts of a job
/// apart. Apalis adds one when an attempt begins, hence the subtraction.
fn task(attempt: Attempt) -> Task<Attempt> {
    let (id, fence) = (TaskId::from_string(&attempt.id), attempt.fence);
    TaskBuilder::new(attempt).task_id(id).attempt(fence.saturating_sub(1)).build()
}

impl BackendConfig for ApalisBackend {
    type Args = Attempt;
    type Id = String;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Self::Layer {
        Identity::new()
    }
}
