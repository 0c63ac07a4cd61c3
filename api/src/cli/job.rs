//! `vitrine job`: one job now, for cron, Kubernetes and people. Workers run the same jobs by themselves; two of one
//! kind never run at the same time, wherever they are.

use super::{output, required, runtime, worker};
use crate::{config::Config, metrics::Metrics, server};
use clap::Args;
use domain::Clock;
use jobs::{
    Queue,
    tasks::{self, UPKEEP, Upkeep},
};
use schema::outbox::Job as Task;
use serde_json::json;
use std::{process::ExitCode, time::Instant};

/// Somebody else is at it: what `sysexits.h` calls a temporary failure.
const BUSY: u8 = 75;

#[derive(Debug, Args)]
pub(super) struct Job {
    /// Which job; `list` tells what there is.
    name: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Job {
    /// Exits with 0 when the job is done, 75 when it is running elsewhere, and something else when it failed.
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        if self.name == "list" {
            self.list();
            return Ok(ExitCode::SUCCESS);
        }
        let Some(Upkeep { job, .. }) = UPKEEP.into_iter().find(|upkeep| upkeep.job.name() == self.name) else {
            anyhow::bail!("there is no job '{}'; see `vitrine job list`", self.name);
        };
        let database_url = required(config.database_url.as_deref(), "DATABASE_URL")?;
        runtime()?.block_on(self.once(&job, config, &database_url))
    }

    async fn once(&self, job: &Task, config: &Config, database_url: &str) -> anyhow::Result<ExitCode> {
        let clock = Clock::system();
        let services = server::services(config, database_url, None, clock.clone())?;
        let parts = server::parts(&services, &Metrics::new(&clock, None)?);
        let queue = if *job == Task::Reconcile {
            let redis_url = required(config.redis_url.as_deref(), "REDIS_URL")?;
            Some(Queue::connect(&redis_url, worker::NAMESPACE, clock).await?)
        } else {
            None
        };
        let start = Instant::now();
        let Some(report) = tasks::alone(job, &parts, queue.as_ref()).await? else {
            self.print(json!({ "job": self.name, "running_elsewhere": true }), "it is running elsewhere");
            return Ok(ExitCode::from(BUSY));
        };
        let counted: Vec<String> = report.iter().map(|(what, count)| format!("{what}: {count}")).collect();
        let mut answer = json!({ "job": self.name, "seconds": start.elapsed().as_secs_f64() });
        for (what, count) in report {
            answer[what] = count.into();
        }
        self.print(answer, &counted.join(", "));
        Ok(ExitCode::SUCCESS)
    }

    fn list(&self) {
        if self.json {
            let all = UPKEEP.map(|Upkeep { job, about, .. }| json!({ "name": job.name(), "description": about }));
            return output::say(&json!(all).to_string());
        }
        for Upkeep { job, about, .. } in UPKEEP {
            output::say(&format!("{:<16} {about}", job.name()));
        }
    }

    fn print(&self, json: serde_json::Value, text: &str) {
        if self.json { output::say(&json.to_string()) } else { output::say(&format!("{}: {text}", self.name)) }
    }
}
