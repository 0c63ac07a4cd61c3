//! `vitrine job NAME`. Workers run the same jobs by themselves; two jobs of one kind never run at the same time, not
//! even in different processes.

use crate::{
    cli::{exit, output, required_database, required_redis, runtime, services, worker},
    config::Config,
    monitoring::Metrics,
    server,
};
use domain::Clock;
use jobs::{Queue, tasks};
use schema::{Database, periodic::PeriodicJob};
use serde_json::{Value, json};
use std::{process::ExitCode, time::Instant};

/// Prints the names of the jobs.
pub(super) fn list(as_json: bool) -> ExitCode {
    if as_json {
        let jobs = PeriodicJob::ALL.iter();
        let all = jobs.map(|job| json!({ "name": job.name(), "description": job.description() }));
        output::say(&all.collect::<Value>().to_string());
    } else {
        for job in PeriodicJob::ALL {
            output::say(&format!("{:<16} {}", job.name(), job.description()));
        }
    }
    ExitCode::SUCCESS
}

/// Runs the job that the first of these words names; the others are options.
pub(super) fn run(config: &Config, words: &[String], as_json: bool) -> anyhow::Result<ExitCode> {
    let (name, options) = words.split_first().map_or(("", words), |(name, options)| (name.as_str(), options));
    let Some(job) = PeriodicJob::ALL.iter().copied().find(|job| job.name() == name) else {
        return Err(exit::usage(format!("there is no job '{name}'; see `vitrine job list`")));
    };
    if let Some(unknown) = options.iter().find(|option| *option != "--json") {
        return Err(exit::usage(format!("a job takes no '{unknown}'; see `vitrine job --help`")));
    }
    let database = required_database(config)?;
    runtime()?.block_on(once(job, config, &database, as_json || !options.is_empty()))
}

async fn once(job: PeriodicJob, config: &Config, database: &Database, as_json: bool) -> anyhow::Result<ExitCode> {
    let clock = Clock::system();
    let services = services(config, database, None, clock.clone())?;
    let context = server::job_context(&services, &Metrics::new(&clock, None)?, server::job_pool(config, database)?);
    let queue = match job {
        PeriodicJob::Reconcile => {
            let redis = required_redis(config)?;
            Some(Queue::connect(&redis, worker::NAMESPACE, clock).await?)
        }
        PeriodicJob::SweepExpired | PeriodicJob::CollectGarbage | PeriodicJob::PruneLogs => None,
    };
    let (start, name) = (Instant::now(), job.name());
    let print = |json: Value, text: &str| {
        if as_json { output::say(&json.to_string()) } else { output::say(&format!("{name}: {text}")) }
    };
    let Some(report) = tasks::run_exclusively(job, &context, queue.as_ref()).await? else {
        print(json!({ "job": name, "running_elsewhere": true }), "it is running elsewhere");
        return Ok(exit::Code::Busy.into());
    };
    let counted: Vec<String> = report.iter().map(|(what, count)| format!("{what}: {count}")).collect();
    let mut answer = json!({ "job": name, "seconds": start.elapsed().as_secs_f64() });
    for (what, count) in report {
        answer[what] = count.into();
    }
    print(answer, &counted.join(", "));
    Ok(ExitCode::SUCCESS)
}
