//! The table of a request.

use super::{
    requests::Question,
    sampled::{Costs, Stacks},
};
use std::{collections::BTreeMap, fmt::Write, path::Path};
use tests::stacks::{Work, classify, parts};

const WORKS: [Work; 3] = [Work::Own, Work::Allocator, Work::Kernel];

/// A line for each part of the program, all of it, and Postgres.
///
/// How long the kernel works for the server, it tells itself. Samples divide that time and the rest among the parts, but
/// do not tell how the two compare: a thread that is to be interrupted in the kernel may sleep there and give no sample.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
pub(super) fn of(question: &Question, costs: &Costs, stacks: &Stacks, path: &Path) -> String {
    let mut counts = BTreeMap::new();
    for (stack, count) in &stacks.0 {
        *counts.entry(classify(stack)).or_insert(0) += count;
    }
    let microseconds = |part: &'static str, work: Work| {
        let is_kernel = work == Work::Kernel;
        let like_it = counts.iter().filter(|((_, work), _)| (*work == Work::Kernel) == is_kernel);
        let all: usize = like_it.map(|(_, count)| count).sum();
        let time = if is_kernel { costs.system } else { costs.user };
        counts.get(&(part, work)).map_or(0.0, |count| *count as f64 / all as f64 * time.as_secs_f64() * 1e6)
    };
    let mut table = format!(
        "{} ({:.0}/s, {} samples; {path}.svg, {path}.folded)\n\n\
         | part | µs | % | itself | allocator | kernel |\n| --- | --- | --- | --- | --- | --- |\n",
        question.what,
        costs.requests_per_second,
        stacks.0.values().sum::<usize>(),
        path = path.display(),
    );
    let server = (costs.user + costs.system).as_secs_f64() * 1e6;
    let mut line = |name: &str, times: [f64; 3]| {
        let sum: f64 = times.iter().sum();
        let times = times.map(|time| format!("{time:.0}")).join(" | ");
        let _ = writeln!(table, "| {name} | {sum:.0} | {:.1} | {times} |", sum / server * 100.0);
    };
    for part in parts() {
        line(part, WORKS.map(|work| microseconds(part, work)));
    }
    line("all of the server", WORKS.map(|work| parts().map(|part| microseconds(part, work)).sum()));
    let _ = writeln!(table, "| Postgres, beside it | {:.0} | – | – | – | – |", costs.postgres.as_secs_f64() * 1e6);
    table
}
