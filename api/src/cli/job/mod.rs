//! `vitrine job`: one job now, for cron, Kubernetes and people; and the queue of those that workers run.

mod queue;
mod run;

use crate::config::Config;
use clap::{Args, Subcommand};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct Job {
    #[command(subcommand)]
    what: What,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Tell which jobs can be run by their names.
    List,
    /// Tell how many jobs wait, and what is being run.
    Queue,
    /// Tell which jobs were given up on, and why; the last one first.
    Dead,
    /// Queue jobs again that were given up on.
    Retry(Which),
    /// Forget jobs that were given up on. What is still missing is found and queued again later.
    Discard(Which),
    /// Run the job of this name now and exit: with 0 when it is done, with 75 when it is running elsewhere.
    #[command(external_subcommand)]
    Run(Vec<String>),
}

#[derive(Debug, Args)]
struct Which {
    /// Ids, as `vitrine job dead` tells them.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    ids: Vec<String>,
    /// All that were given up on.
    #[arg(long)]
    all: bool,
}

impl Job {
    /// Exits with 0 when it is done, 75 when a job is running elsewhere, and something else when it failed.
    pub(super) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        match self.what {
            What::List => run::list(self.json),
            What::Queue => queue::tell(config, self.json),
            What::Dead => queue::dead(config, self.json),
            What::Retry(which) => queue::judge(config, queue::Verdict::Retry, which, self.json),
            What::Discard(which) => queue::judge(config, queue::Verdict::Discard, which, self.json),
            What::Run(words) => run::run(config, &words, self.json),
        }
    }
}
