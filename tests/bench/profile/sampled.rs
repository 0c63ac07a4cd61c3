//! What a request costs, and the stacks of the server while it answers.

use super::{client::load, requests::Question};
use diesel::{QueryableByName, sql_types::Integer};
use diesel_async::RunQueryDsl;
use inferno::flamegraph;
use nix::{
    sys::{
        resource::{UsageWho, getrusage},
        time::TimeValLike,
    },
    time::ClockId,
    unistd::Pid,
};
use pprof::{ProfilerGuardBuilder, Report};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::Path,
    time::Duration,
};
use tests::Running;

/// How long the requests are sent before anything is measured, to measure what they cost, and to sample stacks.
const WARM: Duration = Duration::from_secs(3);
const COSTS: Duration = Duration::from_secs(20);
const SAMPLES: Duration = Duration::from_secs(30);

/// Samples for each second of a core, at most: the kernel takes one at each of its ticks, of which there are fewer.
const FREQUENCY: i32 = 1000;

/// The processor's time of a request.
pub(super) struct Costs {
    pub(super) requests_per_second: f64,
    /// Of this process, in its own code and in the kernel.
    pub(super) user: Duration,
    pub(super) system: Duration,
    /// Of all processes of Postgres.
    pub(super) postgres: Duration,
}

/// Measures what the request costs.
pub(super) async fn costs(question: &Question) -> Costs {
    load(&question.server.url, &question.request, WARM).await;
    let (own, postgres) = (own_times(), postgres_times(&question.server).await);
    let requests = load(&question.server.url, &question.request, COSTS).await;
    let [user, system] = own_times();
    let postgres: Duration = postgres_times(&question.server)
        .await
        .into_iter()
        .map(|(process, time)| time.saturating_sub(postgres.get(&process).copied().unwrap_or_default()))
        .sum();
    let count = u32::try_from(requests).expect("thousands");
    Costs {
        requests_per_second: f64::from(count) / COSTS.as_secs_f64(),
        user: user.saturating_sub(own[0]) / count,
        system: system.saturating_sub(own[1]) / count,
        postgres: postgres / count,
    }
}

/// How long this process has worked, in its own code and in the kernel.
fn own_times() -> [Duration; 2] {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("Linux tells it");
    [usage.user_time(), usage.system_time()].map(|time| {
        let microseconds = u64::try_from(time.num_microseconds()).expect("a time");
        Duration::from_micros(microseconds)
    })
}

#[derive(QueryableByName)]
struct Process {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

/// How long each process of Postgres has worked since it began.
async fn postgres_times(server: &Running) -> BTreeMap<i32, Duration> {
    let mut conn = server.database().await;
    let processes: Vec<Process> =
        diesel::sql_query("SELECT pid FROM pg_stat_activity").load(&mut conn).await.expect("SQL");
    // One that has ended meanwhile has no time any more.
    let time = |pid| ClockId::pid_cpu_clock_id(Pid::from_raw(pid)).and_then(ClockId::now).ok();
    processes.into_iter().filter_map(|Process { pid }| Some((pid, time(pid)?.into()))).collect()
}

/// How often each stack was met. The innermost function comes first.
pub(super) struct Stacks(pub(super) BTreeMap<Vec<String>, usize>);

/// Samples the stacks of this process while it answers.
pub(super) async fn stacks(question: &Question) -> Stacks {
    let guard = ProfilerGuardBuilder::default().frequency(FREQUENCY).build().expect("a timer");
    load(&question.server.url, &question.request, SAMPLES).await;
    Stacks::of(&guard.report().build().expect("a report"))
}

impl Stacks {
    fn of(report: &Report) -> Self {
        let mut stacks = BTreeMap::new();
        for (frames, count) in &report.data {
            let names = frames.frames.iter().flatten().map(pprof::Symbol::name);
            // The stack begins in the handler of the signal.
            let stack: Vec<String> =
                names.skip_while(|name| name.contains("pprof::") || name.starts_with("backtrace::")).collect();
            *stacks.entry(stack).or_default() += usize::try_from(*count).expect("a count");
        }
        Self(stacks)
    }

    /// Writes a flame graph (`.svg`), and the stacks from which it is drawn, a line for each (`.folded`).
    pub(super) fn write(&self, path: &Path, title: &str) -> io::Result<()> {
        let line = |(stack, count): (&Vec<String>, &usize)| {
            // A semicolon stands between the functions of a line.
            let names: Vec<String> = stack.iter().rev().map(|name| name.replace(';', ",")).collect();
            format!("{} {count}", names.join(";"))
        };
        let lines: Vec<String> = self.0.iter().map(line).collect();
        fs::write(path.with_extension("folded"), lines.join("\n"))?;
        let mut options = flamegraph::Options::default();
        title.clone_into(&mut options.title);
        flamegraph::from_lines(
            &mut options,
            lines.iter().map(String::as_str),
            File::create(path.with_extension("svg"))?,
        )
    }
}
