//! Parses the words after `vitrine job`.

use super::{queue, run, selection::DeadJobs};
use crate::config::Config;
use app::dead_jobs::DeadJobAction;
use clap::{Args, Subcommand};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(in crate::cli) struct Job {
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
    Retry(DeadJobs),
    /// Forget jobs that were given up on. What is still missing is found and queued again later.
    Discard(DeadJobs),
    /// Run the job of this name now and exit: with 0 when it is done, 1 when it failed, 75 when it is running
    /// elsewhere.
    #[command(external_subcommand)]
    Run(Vec<String>),
}

impl Job {
    /// Exits with 0 when it is done, and as [`exit`](crate::cli::exit) says when it is not.
    pub(in crate::cli) fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        match self.what {
            What::List => Ok(run::list(self.json)),
            What::Queue => queue::print_queue(config, self.json),
            What::Dead => queue::print_dead_jobs(config, self.json),
            What::Retry(which) => queue::change_dead_jobs(config, DeadJobAction::Retry, which, self.json),
            What::Discard(which) => queue::change_dead_jobs(config, DeadJobAction::Discard, which, self.json),
            What::Run(words) => run::run(config, &words, self.json),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DeadJobs, Job, What};
    use crate::cli::command::{Cli, Command};
    use clap::Parser;

    fn parsed(words: &str) -> Option<Job> {
        let words = words.split(' ');
        match Cli::try_parse_from(["vitrine", "job"].into_iter().chain(words)).ok()?.command {
            Command::Job(job) => Some(job),
            _ => None,
        }
    }

    #[test]
    fn jobs_have_names_and_the_queue_has_words() {
        assert!(matches!(parsed("list"), Some(Job { what: What::List, json: false })));
        assert!(matches!(parsed("list --json"), Some(Job { what: What::List, json: true })));
        assert!(matches!(parsed("dead --json"), Some(Job { what: What::Dead, json: true })));
        // Options behind the name of a job belong to that job.
        for (words, expected) in [("sweep_expired", 1), ("sweep_expired --json", 2), ("--json sweep_expired", 1)] {
            let Some(Job { what: What::Run(run), .. }) = parsed(words) else { panic!("{words}") };
            assert_eq!((run[0].as_str(), run.len()), ("sweep_expired", expected), "{words}");
        }
        let Some(Job { what: What::Retry(DeadJobs { ids, all }), .. }) = parsed("retry one two") else { panic!() };
        assert_eq!((ids, all), (vec!["one".to_owned(), "two".to_owned()], false));
        assert!(matches!(parsed("discard --all"), Some(Job { what: What::Discard(DeadJobs { all: true, .. }), .. })));
        for wrong in ["retry", "discard", "retry --all one", "queue one"] {
            assert!(parsed(wrong).is_none(), "{wrong}");
        }
    }
}
