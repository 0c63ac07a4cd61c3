//! Metrics of workers: attempts by how they ended, how long they took, and how many run.

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry};
use schema::outbox::Job;
use std::time::Instant;

/// From the duration of one SQL statement to that of a long video, in seconds.
const BUCKETS: [f64; 14] = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 180.0, 600.0];

/// Counts jobs. Cheap to clone; all clones count together.
#[derive(Debug, Clone)]
pub struct Metrics {
    ended: IntCounterVec,
    seconds: HistogramVec,
    running: IntGaugeVec,
}

/// How an attempt at a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The work is done.
    Done,
    /// The job failed and will be tried again.
    Retry,
    /// Postgres, Redis or the storage was away, so that this does not count as an attempt.
    Outage,
    /// The job failed for the last time.
    Dead,
    /// The job panicked, or a shutdown cut it short.
    Cut,
}

impl Metrics {
    /// Registers the metrics. Fails if `registry` has metrics of these names.
    pub fn new(registry: &Registry) -> prometheus::Result<Self> {
        let ended = Opts::new("vitrine_jobs_total", "Attempts at jobs, by how they ended.");
        let seconds = HistogramOpts::new("vitrine_job_seconds", "How long attempts at jobs took.");
        let running = Opts::new("vitrine_jobs_running", "Jobs that this process is at.");
        let metrics = Self {
            ended: IntCounterVec::new(ended, &["job", "outcome"])?,
            seconds: HistogramVec::new(seconds.buckets(BUCKETS.to_vec()), &["job"])?,
            running: IntGaugeVec::new(running, &["job"])?,
        };
        registry.register(Box::new(metrics.ended.clone()))?;
        registry.register(Box::new(metrics.seconds.clone()))?;
        registry.register(Box::new(metrics.running.clone()))?;
        Ok(metrics)
    }

    /// Starts measuring an attempt.
    pub(crate) fn start(&self, job: &Job) -> Attempt {
        self.running.with_label_values(&[job.name()]).inc();
        Attempt { metrics: self.clone(), job: job.name(), start: Instant::now(), ended: Ended::Cut }
    }
}

/// An attempt that is being measured. Dropping it without [`Attempt::end`] counts it as cut short.
pub(crate) struct Attempt {
    metrics: Metrics,
    job: &'static str,
    start: Instant,
    ended: Ended,
}

impl Attempt {
    /// Records how the attempt ended.
    pub(crate) fn end(mut self, ended: Ended) {
        self.ended = ended;
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let outcome = match self.ended {
            Ended::Done => "done",
            Ended::Retry => "retry",
            Ended::Outage => "outage",
            Ended::Dead => "dead",
            Ended::Cut => "cut",
        };
        self.metrics.running.with_label_values(&[self.job]).dec();
        self.metrics.ended.with_label_values(&[self.job, outcome]).inc();
        self.metrics.seconds.with_label_values(&[self.job]).observe(self.start.elapsed().as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_counts_once_however_it_ends() {
        let metrics = Metrics::new(&Registry::new()).unwrap();
        let count = |outcome: &str| metrics.ended.with_label_values(&["reconcile", outcome]).get();
        let endings =
            [(Ended::Done, "done"), (Ended::Retry, "retry"), (Ended::Outage, "outage"), (Ended::Dead, "dead")];
        for (ended, outcome) in endings {
            let attempt = metrics.start(&Job::Reconcile);
            assert_eq!(metrics.running.with_label_values(&["reconcile"]).get(), 1);
            attempt.end(ended);
            assert_eq!(count(outcome), 1);
        }
        drop(metrics.start(&Job::Reconcile));
        assert_eq!((count("cut"), metrics.running.with_label_values(&["reconcile"]).get()), (1, 0));
        assert_eq!(metrics.seconds.with_label_values(&["reconcile"]).get_sample_count(), 5);
    }
}
