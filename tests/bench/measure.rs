//! Rates of two sides that take turns.

use futures::future::join_all;
use std::{
    future::ready,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// Requests at a time, on both sides.
pub(crate) const CONCURRENCY: usize = 8;

pub(crate) const ROUNDS: usize = 7;
pub(crate) const ROUND: Duration = Duration::from_secs(2);

/// A line of the table.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) ours: String,
    pub(crate) baseline: String,
    pub(crate) ratio: String,
    pub(crate) wanted: String,
}

impl Row {
    /// A figure without a baseline.
    pub(crate) fn alone(what: &str, ours: String, wanted: &str) -> Self {
        Self {
            what: what.to_owned(), ours, baseline: "–".to_owned(), ratio: "–".to_owned(), wanted: wanted.to_owned()
        }
    }
}

/// One of several that work at the same time, each with what it needs for itself.
pub(crate) trait Load {
    /// Does one piece of work.
    fn once(&mut self) -> impl Future<Output = ()> + Send;

    /// Does what is left over at the end of a round, which belongs to its time.
    fn end(&mut self) -> impl Future<Output = ()> + Send {
        ready(())
    }
}

/// Compares the rates of two loads; the row shows medians.
pub(crate) async fn compare(
    what: &str,
    ours: Vec<impl Load + Send>,
    baseline: Vec<impl Load + Send>,
    wanted: &str,
) -> Row {
    let (mut ours, mut baseline) = (ours, baseline);
    let mut rates = Vec::new();
    for _ in 0..=ROUNDS {
        rates.push((rate(&mut ours).await, rate(&mut baseline).await));
    }
    of_rates(what, &rates, wanted)
}

/// The row of our rates and of those of the baseline; the first ones only warmed up.
pub(crate) fn of_rates(what: &str, rates: &[(f64, f64)], wanted: &str) -> Row {
    let (ours, baseline): (Vec<f64>, Vec<f64>) = rates.iter().skip(1).copied().unzip();
    let ratios = ours.iter().zip(&baseline).map(|(ours, baseline)| ours / baseline).collect();
    Row {
        what: what.to_owned(),
        ours: format!("{:.0}/s", median(ours)),
        baseline: format!("{:.0}/s", median(baseline)),
        ratio: format!("{:.0} %", median(ratios) * 100.0),
        wanted: wanted.to_owned(),
    }
}

/// How often they do their work in a second.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
pub(crate) async fn rate(loads: &mut [impl Load + Send]) -> f64 {
    let start = Instant::now();
    repeat(loads, ROUND).await as f64 / start.elapsed().as_secs_f64()
}

/// Has each of them work for so long, and returns how many pieces of work all have done.
pub(crate) async fn repeat(loads: &mut [impl Load + Send], time: Duration) -> u64 {
    let (start, count) = (Instant::now(), AtomicU64::new(0));
    let count = &count;
    join_all(loads.iter_mut().map(async |load| {
        while start.elapsed() < time {
            load.once().await;
            count.fetch_add(1, Ordering::Relaxed);
        }
        load.end().await;
    }))
    .await;
    count.load(Ordering::Relaxed)
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
