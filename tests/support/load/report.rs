//! The figures of a run, and whether it was good.

use super::{
    Load, Plan,
    parts::Part,
    tally::{Kind, Outcome},
};
use crate::Process;
use std::{collections::BTreeMap, fmt, time::Duration};

/// The most memory that a process may use, in megabytes: far more than it needs, and far less than it would have after
/// some minutes with a leak.
const MEMORY: [(&str, u64); 2] = [("serve", 300), ("worker", 800)];

/// The most connections to Postgres of each process without those for each core, as the README says it.
const CONNECTIONS: usize = 23;

/// What the processes use at a moment.
pub(super) struct Sample {
    when: &'static str,
    /// Of each process, in the order of the installation.
    memory: Vec<Option<u64>>,
    connections: i64,
}

impl Sample {
    pub(super) async fn take(load: &Load, when: &'static str) -> Self {
        let memory = load.installation.processes().map(Process::memory).collect();
        let others = "pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        let sample = Self { when, memory, connections: load.installation.count(others).await };
        sample.judge(load);
        sample
    }

    fn judge(&self, load: &Load) {
        let limits = MEMORY.into_iter().flat_map(|limit| [limit; 2]);
        for (memory, (kind, limit)) in self.memory.iter().zip(limits) {
            if memory.is_some_and(|memory| memory > limit) {
                load.tally.wrong(format!("a {kind} uses {memory:?} MB of memory at the {}", self.when));
            }
        }
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let most = self.memory.len() * (CONNECTIONS + 2 * cores);
        if usize::try_from(self.connections).is_ok_and(|connections| connections > most) {
            load.tally.wrong(format!("{} connections to Postgres at the {}", self.connections, self.when));
        }
    }
}

/// What a run has shown.
pub struct Report {
    seed: u64,
    took: Duration,
    answers: BTreeMap<(Kind, Outcome), u64>,
    needless: u64,
    outages: Vec<(Part, usize)>,
    samples: Vec<Sample>,
    made: [usize; 2],
    wrong: Vec<String>,
    last_words: String,
}

impl Report {
    pub(super) fn new(load: &Load, plan: &Plan, took: Duration, samples: Vec<Sample>) -> Self {
        for kind in Kind::ALL {
            if load.tally.succeeded(kind) == 0 {
                load.tally.wrong(format!("{kind}: never succeeded"));
            }
        }
        Self {
            seed: plan.seed,
            took,
            answers: load.tally.answers(),
            needless: load.tally.needless(),
            outages: Part::ALL.map(|part| (part, load.outages.count(part))).into(),
            samples,
            made: [load.known.assets(), load.known.links().len()],
            wrong: load.tally.all_wrong(),
            last_words: load.installation.last_words(),
        }
    }

    /// Whether nothing was wrong.
    pub fn is_good(&self) -> bool {
        self.wrong.is_empty()
    }

    fn of(&self, kind: Kind, is_meant: impl Fn(Outcome) -> bool) -> u64 {
        let of = self.answers.iter().filter(|((of, outcome), _)| *of == kind && is_meant(*outcome));
        of.map(|(_, count)| count).sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [assets, links] = self.made;
        writeln!(f, "{} s, seed {}: {assets} uploads, {links} links\n", self.took.as_secs(), self.seed)?;
        writeln!(f, "| requests | 200 | 206 | 503 | process down | cut off |\n| --- | --- | --- | --- | --- | --- |")?;
        for kind in Kind::ALL {
            let columns =
                [Outcome::Status(200), Outcome::Status(206), Outcome::Unavailable, Outcome::Down, Outcome::CutOff];
            let [ok, part, away, down, cut] = columns.map(|column| self.of(kind, |outcome| outcome == column));
            writeln!(f, "| {kind} | {ok} | {part} | {away} | {down} | {cut} |")?;
        }
        writeln!(f, "\n503 while nothing was broken: {}\n", self.needless)?;
        writeln!(f, "| part | broken and mended |\n| --- | --- |")?;
        for (part, count) in &self.outages {
            writeln!(f, "| {part} | {count} |")?;
        }
        writeln!(f, "\n| | serve 1 | serve 2 | worker 1 | worker 2 | connections to Postgres |")?;
        writeln!(f, "| --- | --- | --- | --- | --- | --- |")?;
        for Sample { when, memory, connections } in &self.samples {
            let memory: Vec<String> =
                memory.iter().map(|memory| memory.map_or("?".to_owned(), |memory| format!("{memory} MB"))).collect();
            writeln!(f, "| {when} | {} | {connections} |", memory.join(" | "))?;
        }
        if self.is_good() {
            return writeln!(f, "\nNothing was wrong.");
        }
        writeln!(f, "\n{} things were wrong:", self.wrong.len())?;
        for wrong in self.wrong.iter().take(20) {
            writeln!(f, "- {}", wrong.chars().take(600).collect::<String>())?;
        }
        write!(f, "\n{}", self.last_words)
    }
}
