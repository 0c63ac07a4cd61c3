//! `./dev load`: traffic on two processes of each kind, while all parts break in turn.

#![expect(clippy::print_stdout, reason = "the report is what it is for")]

use std::{process::ExitCode, time::Duration};
use tests::load::{Length, Plan, run};
use tokio::signal::unix::{SignalKind, signal};

const HELP: &str = "Usage: load [MINUTES]

Starts Postgres, Redis, an S3 server, and two processes `vitrine serve` and `vitrine worker` of the program `vitrine` that
lies beside this one. Owners and visitors use them, while each part is stopped, killed and started again in turn. Each answer
is checked. Prints a report, and fails if something was wrong. VITRINE_FAULT_SEED repeats the order of faults of a report.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let minutes = match arguments.as_slice() {
        [] => Some(10.0),
        [minutes] => minutes.parse().ok().filter(|minutes| (0.0..=1e6).contains(minutes)),
        _ => None,
    };
    let Some(minutes) = minutes else {
        eprintln!("{HELP}");
        return if arguments == ["--help"] { ExitCode::SUCCESS } else { ExitCode::from(2) };
    };
    let seed = std::env::var("VITRINE_FAULT_SEED").ok().and_then(|seed| seed.parse().ok());
    let plan = Plan {
        program: std::env::current_exe().expect("a path").with_file_name("vitrine"),
        length: Length::Time(Duration::from_secs_f64(minutes * 60.0)),
        seed: seed.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0),
    };
    eprintln!("breaking things for {minutes} minutes; then everything is checked");
    // All that is started ends with the thread that starts it.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let report = runtime.block_on(async {
        let [mut interrupt, mut terminate] =
            [SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).expect("signals"));
        tokio::select! {
            report = run(&plan) => Some(report),
            _ = interrupt.recv() => None,
            _ = terminate.recv() => None,
        }
    });
    let Some(report) = report else { return ExitCode::FAILURE };
    println!("{report}");
    if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
