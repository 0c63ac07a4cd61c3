//! The metrics of the process, for Prometheus.
//!
//! Labels are patterns of routes and names of lanes, of which there are few; nothing that a client sends becomes a
//! label. The registry belongs to a server and is no global, so that several servers can run in one process.

use super::replica;
use app::{backlog::LaneDepths, listings::Listings};
use domain::Clock;
use jobs::{Queue, queue::QueueError};
use prometheus::{
    Gauge, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};
use std::time::Duration;

/// How long Redis may take to count the queue.
const QUEUE_TIMEOUT: Duration = Duration::from_millis(500);

/// The buckets of the histogram, in seconds.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// The metrics of a server.
pub struct Metrics {
    registry: Registry,
    jobs: jobs::Metrics,
    requests: IntCounterVec,
    seconds: HistogramVec,
    sockets: IntGauge,
    queue: Option<Queue>,
}

/// How many jobs each lane has in each state: lane, state, count.
async fn depths(queue: &Queue) -> Result<Vec<(&'static str, &'static str, usize)>, QueueError> {
    let of_lane = |depths: LaneDepths| {
        let LaneDepths { lane, ready, scheduled, running, dead } = depths;
        [("ready", ready), ("scheduled", scheduled), ("running", running), ("dead", dead)]
            .map(|(state, count)| (lane.name(), state, count))
    };
    Ok(queue.depths().await?.into_iter().flat_map(of_lane).collect())
}

impl Metrics {
    /// Metrics that are all zero. Without a queue, its depths are left out.
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

    /// The metrics of the workers of this process.
    pub fn jobs(&self) -> jobs::Metrics {
        self.jobs.clone()
    }

    /// Counts a request. `route` is the pattern of its route, `status` the status code of its answer.
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

    /// Counts a WebSocket until the returned value is dropped.
    pub(crate) fn socket(&self) -> OpenSocket {
        self.sockets.inc();
        OpenSocket(self.sockets.clone())
    }

    /// All metrics in the text format of Prometheus. The jobs in the queue are counted in Redis, with a short timeout.
    pub async fn text(&self, listings: &Listings) -> prometheus::Result<String> {
        let mut families = self.registry.gather();
        if let Some(health) = listings.health() {
            families.extend(replica::measured(&health)?.gather());
        }
        if let Some(queue) = &self.queue {
            families.extend(queued(queue).await?.gather());
        }
        TextEncoder::new().encode_to_string(&families)
    }
}

/// The methods that become labels. Others do not, because a client may send any word as a method.
const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "OPTIONS", "DELETE"];

/// An open WebSocket.
pub(crate) struct OpenSocket(IntGauge);

impl Drop for OpenSocket {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The metrics of the queue, counted for one scrape.
async fn queued(queue: &Queue) -> prometheus::Result<Registry> {
    let registry = Registry::new();
    let answer = tokio::time::timeout(QUEUE_TIMEOUT, depths(queue)).await;
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
