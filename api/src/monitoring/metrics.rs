//! What the process counts, for Prometheus.
//!
//! Labels are patterns and names, of which there are few; nothing that a client sends becomes one. The registry belongs
//! to a server and is no global, so that many live side by side in one process.

use domain::Clock;
use jobs::{
    Queue,
    queue::{Depths, QueueError},
};
use prometheus::{
    Gauge, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};
use schema::outbox::Lane;
use std::time::Duration;

/// How long Redis may take to say how much is queued.
const PATIENCE: Duration = Duration::from_millis(500);

/// In seconds.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// What is counted.
pub struct Metrics {
    registry: Registry,
    jobs: jobs::Metrics,
    requests: IntCounterVec,
    seconds: HistogramVec,
    sockets: IntGauge,
    queue: Option<Queue>,
}

/// How many jobs are where: lane, state, count.
async fn depths(queue: &Queue) -> Result<Vec<(&'static str, &'static str, usize)>, QueueError> {
    let of_lane = |(lane, depths): (Lane, Depths)| {
        let Depths { ready, scheduled, running, dead } = depths;
        [("ready", ready), ("scheduled", scheduled), ("running", running), ("dead", dead)]
            .map(|(state, count)| (lane.name(), state, count))
    };
    Ok(queue.depths().await?.into_iter().flat_map(of_lane).collect())
}

impl Metrics {
    /// Nothing counted yet. Without a queue, its depth is left out.
    pub fn new(clock: &Clock, queue: Option<Queue>) -> prometheus::Result<Self> {
        let registry = Registry::new();
        let requests = Opts::new("vitrine_http_requests_total", "Answered requests, by the pattern of their route.");
        let seconds = HistogramOpts::new("vitrine_http_request_seconds", "How long answers took to begin.");
        let metrics = Self {
            jobs: jobs::Metrics::new(&registry)?,
            requests: IntCounterVec::new(requests, &["route", "method", "status"])?,
            seconds: HistogramVec::new(seconds.buckets(BUCKETS.to_vec()), &["route", "method"])?,
            sockets: IntGauge::new("vitrine_sockets_open", "WebSockets that are open.")?,
            registry,
            queue,
        };
        let start = Gauge::new("process_start_time_seconds", "When the process began, in seconds since 1970.")?;
        let now = clock.now();
        #[expect(clippy::cast_precision_loss, reason = "exact to the microsecond for centuries to come")]
        start.set(now.timestamp_micros() as f64 / 1e6);
        metrics.registry.register(Box::new(metrics.requests.clone()))?;
        metrics.registry.register(Box::new(metrics.seconds.clone()))?;
        metrics.registry.register(Box::new(metrics.sockets.clone()))?;
        metrics.registry.register(Box::new(start))?;
        Ok(metrics)
    }

    /// What the workers of this process count.
    pub fn jobs(&self) -> jobs::Metrics {
        self.jobs.clone()
    }

    /// Counts a request. `route` is the pattern of its route, `status` the code of the answer.
    pub(crate) fn request(&self, route: &str, method: &str, status: u16, took: Duration) {
        let method = if METHODS.contains(&method) { method } else { "other" };
        let class = match status / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        self.requests.with_label_values(&[route, method, class]).inc();
        self.seconds.with_label_values(&[route, method]).observe(took.as_secs_f64());
    }

    /// Counts a WebSocket for as long as the answer lives.
    pub(crate) fn socket(&self) -> OpenSocket {
        self.sockets.inc();
        OpenSocket(self.sockets.clone())
    }

    /// All of it, as Prometheus reads it. Redis is asked how much is queued, and not waited for long.
    pub async fn text(&self) -> prometheus::Result<String> {
        let mut families = self.registry.gather();
        if let Some(queue) = &self.queue {
            families.extend(queued(queue).await?.gather());
        }
        TextEncoder::new().encode_to_string(&families)
    }
}

/// Those that label a request; there is no end of what a client may make up.
const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "OPTIONS", "DELETE"];

/// An open WebSocket.
pub(crate) struct OpenSocket(IntGauge);

impl Drop for OpenSocket {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// What the queue holds, counted for one scrape.
async fn queued(queue: &Queue) -> prometheus::Result<Registry> {
    let registry = Registry::new();
    let answer = tokio::time::timeout(PATIENCE, depths(queue)).await;
    let depths = answer
        .ok()
        .and_then(|depths| depths.inspect_err(|error| tracing::warn!(%error, "the queue cannot be counted")).ok());
    let up = IntGauge::new("vitrine_queue_up", "Whether the queue answered when it was last asked.")?;
    up.set(i64::from(depths.is_some()));
    registry.register(Box::new(up))?;
    let jobs = IntGaugeVec::new(Opts::new("vitrine_queue_jobs", "Jobs in the queue."), &["lane", "state"])?;
    for (lane, state, count) in depths.unwrap_or_default() {
        jobs.with_label_values(&[lane, state]).set(i64::try_from(count).unwrap_or(i64::MAX));
    }
    registry.register(Box::new(jobs))?;
    Ok(registry)
}
