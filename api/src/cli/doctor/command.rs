//! The command: all parts, one after the other.

use super::{Finding, configuration, database, finding::Health, machine, mail, programs, redis, replica, storage};
use crate::{
    cli::{output, runtime},
    config::Config,
};
use clap::Args;
use serde_json::{Value, json};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(in crate::cli) struct Doctor {
    /// Print one JSON object, for programs.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    /// Succeeds if nothing failed; warnings are no failures.
    pub(in crate::cli) fn run(&self, config: &Config) -> anyhow::Result<ExitCode> {
        let findings = runtime()?.block_on(examine(config));
        let count = |health| findings.iter().filter(|finding| finding.health == health).count();
        let (failed, warnings) = (count(Health::Failed), count(Health::Warning));
        if self.json {
            let all: Value = findings.iter().map(Finding::json).collect();
            let told = json!({ "failed": failed, "warnings": warnings, "findings": all });
            output::say(&told.to_string());
        } else {
            for finding in &findings {
                output::say(&finding.to_string());
            }
            let plural = |count: usize| if count == 1 { "" } else { "s" };
            output::say(&match (failed, warnings) {
                (0, 0) => "\nAll is well.".to_owned(),
                (0, warnings) => format!("\nIt works, with {warnings} warning{}.", plural(warnings)),
                (failed, _) => format!("\n{failed} thing{} to mend.", plural(failed)),
            });
        }
        Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = configuration::examine(config);
    let belongings = database::examine(config, &mut findings).await;
    replica::examine(config, belongings.as_ref().map(|known| known.installation), &mut findings).await;
    redis::examine(config, &mut findings).await;
    storage::examine(config, belongings, &mut findings).await;
    mail::examine(config, &mut findings).await;
    programs::examine(&mut findings).await;
    machine::examine(config, &mut findings);
    findings
}
