//! Apalis, and the only file that knows it: the queue as an Apalis backend, and the workers on top.
//!
//! `apalis-redis` 1.0 loses and repeats jobs and never drains a long backlog, so the backend is our own, over the
//! scripts of [`crate::queue`]. One job is fetched at a time: Apalis sends no heartbeat while it holds a buffer.

use crate::{
    Parts, Queue,
    metrics::Ended,
    queue::{LEASE, MAX_ATTEMPTS, Outcome, QueueError, Taken},
    tasks,
};
use apalis::prelude::*;
use apalis_codec::json::JsonCodec;
use apalis_core::{
    backend::{
        BackendConfig, WireFormatBackend,
        finalize::Durable,
        persistence::{Persisted, Persistence, TaskEvent, TaskPersistLayer},
    },
    error::BoxDynError,
    task::{Task, attempt::Attempt, builder::TaskBuilder, status::Status, task_id::TaskId},
    worker::context::WorkerContext,
};
use futures::future::BoxFuture;
use schema::outbox::{Job, Priority};
use serde_json::Value;
use std::{
    collections::HashMap,
    str::FromStr,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};
use tokio::sync::watch;
use ulid::Ulid;

/// How often an idle worker looks for work.
const POLL: Duration = Duration::from_millis(200);

/// How long a shutdown waits for running jobs; what is not done by then goes back to the queue.
const GRACE: Duration = Duration::from_secs(20);

/// Runs `concurrency` jobs at a time until `stop` says so. `name` must differ between processes.
pub async fn run(
    queue: Queue,
    parts: Parts,
    name: String,
    concurrency: usize,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let backend = Backed::new(queue.clone());
    let process = format!("{name}-");
    let monitor = Monitor::new().shutdown_timeout(GRACE).should_restart(|_, error| {
        tracing::warn!(%error, "a worker stopped and is started again");
        true
    });
    let monitor = monitor.register({
        let (process, queue) = (process.clone(), queue.clone());
        move |index| {
            WorkerBuilder::new(format!("{process}{index}"))
                .backend(backend.clone().poll_with_interval(POLL))
                .data(parts.clone())
                .data(queue.clone())
                .catch_panic()
                .concurrency(concurrency)
                .parallelize(tokio::spawn)
                .build(handle)
        }
    });
    let signal = async move {
        // A sender that is gone is a stop, too.
        let _ = stop.wait_for(|stop| *stop).await;
        Ok(())
    };
    let ended = monitor.run_with_signal(signal).await;
    // A fetch whose answer nobody waited for any more, and what did not end within the grace.
    match queue.put_back_all(&process).await {
        Ok(0) => {}
        Ok(returned) => tracing::info!(returned, "gave jobs back"),
        Err(error) => tracing::warn!(%error, "could not give jobs back; they wait for their leases to end"),
    }
    Ok(ended?)
}

async fn handle(job: Job, parts: Data<Parts>, queue: Data<Queue>, attempt: Attempt) -> Result<(), BoxDynError> {
    let measured = parts.metrics.start(&job);
    // Boxed, because the compiler (1.95) breaks down over the type of the worker otherwise.
    let work: BoxFuture<'_, anyhow::Result<()>> = Box::pin(tasks::run(&job, &parts, &queue));
    match work.await {
        Ok(()) => {
            measured.end(Ended::Done);
            Ok(())
        }
        Err(error) => {
            measured.end(if attempt.current() < MAX_ATTEMPTS as usize { Ended::Retry } else { Ended::Dead });
            tracing::warn!(?job, error = format!("{error:#}"), "a job failed and will be tried again");
            Err(error.into())
        }
    }
}

/// The queue as Apalis sees it.
#[derive(Clone)]
struct Steps {
    queue: Queue,
    /// What each worker of this process is at, for the renewal of leases.
    running: Arc<Mutex<HashMap<String, String>>>,
}

impl Steps {
    fn started(&self, id: String, worker: &str) {
        if let Ok(mut running) = self.running.lock() {
            running.insert(id, worker.to_owned());
        }
    }

    fn ended(&self, id: &str) {
        if let Ok(mut running) = self.running.lock() {
            running.remove(id);
        }
    }

    fn of(&self, worker: &str) -> Vec<String> {
        let running = self.running.lock().map(|running| running.clone()).unwrap_or_default();
        running.into_iter().filter(|(_, owner)| owner == worker).map(|(id, _)| id).collect()
    }
}

impl Persistence for Steps {
    type Compact = Vec<u8>;
    type Response = Value;
    type Error = QueueError;

    async fn register(&mut self, _: &WorkerContext) -> Result<(), QueueError> {
        Ok(())
    }

    async fn heartbeat(&mut self, worker: &WorkerContext) -> Result<(), QueueError> {
        self.queue.renew(&self.of(worker.name()), worker.name()).await
    }

    async fn fetch_next(&mut self, worker: &WorkerContext) -> Result<Vec<Task<Vec<u8>>>, QueueError> {
        let Some(Taken { id, args, attempt }) = self.queue.fetch(worker.name()).await? else { return Ok(Vec::new()) };
        let task_id = TaskId::from_str(&id.to_string()).map_err(|error| QueueError::Payload(error.to_string()))?;
        self.started(id.to_string(), worker.name());
        Ok(vec![TaskBuilder::new(args).task_id(task_id).attempt(attempt.saturating_sub(1)).build()])
    }

    async fn reenqueue_abandoned(&mut self, tasks: Vec<Task<Vec<u8>>>, _: &WorkerContext) -> Result<u64, QueueError> {
        let ids: Vec<String> = tasks.iter().filter_map(|task| task.task_id().map(ToString::to_string)).collect();
        for id in &ids {
            self.queue.put_back(id).await?;
            self.ended(id);
        }
        Ok(ids.len() as u64)
    }

    async fn handle_events(&mut self, events: Vec<TaskEvent<Value>>, worker: &WorkerContext) -> Result<(), QueueError> {
        for event in events {
            let TaskEvent::Complete(result) = event else { continue };
            let outcome = match result.status() {
                Status::Done => Outcome::Done,
                Status::Killed | Status::Running => Outcome::Abort,
                _ => Outcome::Retry,
            };
            let (id, reason) = (result.task_id.to_string(), serde_json::to_string(&result.result).unwrap_or_default());
            let jitter = Duration::from_millis(u64::from(id.bytes().fold(0_u8, u8::wrapping_add)));
            self.queue.finish(&id, worker.name(), outcome, &reason, jitter).await?;
            self.ended(&id);
        }
        Ok(())
    }

    async fn push_tasks(&mut self, tasks: Vec<Task<Vec<u8>>>) -> Result<(), QueueError> {
        for task in tasks {
            let job = serde_json::from_slice(&task.args).map_err(|error| QueueError::Payload(error.to_string()))?;
            self.queue.push(&job, Priority::Background).await?;
        }
        Ok(())
    }
}

/// The backend that workers poll.
struct Backed {
    steps: Persisted<Steps>,
    codec: JsonCodec,
}

impl Backed {
    fn new(queue: Queue) -> Self {
        Self { steps: Persisted::new(Steps { queue, running: Arc::default() }), codec: JsonCodec::default() }
    }
}

impl Clone for Backed {
    fn clone(&self) -> Self {
        Self { steps: self.steps.clone(), codec: JsonCodec::default() }
    }
}

impl Backend for Backed {
    type Task = Task<Vec<u8>>;
    type Error = QueueError;

    fn poll_ready(&mut self, cx: &mut Context<'_>, worker: &WorkerContext) -> Poll<Result<(), QueueError>> {
        self.steps.poll_ready(cx, worker, LEASE / 3)
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, QueueError>>> {
        self.steps.poll_next(cx, worker)
    }

    fn poll_close(&mut self, cx: &mut Context<'_>, worker: &WorkerContext) -> Poll<Result<(), QueueError>> {
        self.steps.poll_close(cx, worker)
    }
}

impl BackendConfig for Backed {
    type Args = Job;
    type Id = Ulid;
    type Kind = Durable;
    type Config = ();
    type Layer = TaskPersistLayer<JsonCodec<Value>, Value>;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Self::Layer {
        self.steps.layer(JsonCodec::<Value>::default(), 16).persist_results(true).lock_tasks(false)
    }
}

impl WireFormatBackend for Backed {
    type Codec = JsonCodec;
    type Compact = Vec<u8>;

    fn codec(&self) -> &JsonCodec {
        &self.codec
    }
}
