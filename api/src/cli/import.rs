//! `vitrine import`.

use super::{check_storage, database::OwnDatabase, output, runtime, services};
use crate::{
    config::Config,
    installation::import::{self, Report},
};
use clap::Args;
use domain::Clock;
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The folder to import, with all that is below it.
    folder: PathBuf,
    /// Only note where the files are; copy nothing. Such assets cannot be shared.
    #[arg(long)]
    external: bool,
}

impl Import {
    pub(super) fn run(&self, config: &Config) -> anyhow::Result<ExitCode> {
        let own = OwnDatabase::open(config)?;
        let report = runtime()?.block_on(async {
            let services = services(config, &own.database, None, Clock::system())?;
            check_storage(&services).await?;
            import::run(&services, &self.folder, self.external).await
        })?;
        Ok(print_report(&report))
    }
}

/// Prints what an import did.
pub(super) fn print_report(report: &Report) -> ExitCode {
    output::note(&format!("imported {}, skipped {} that are there already", report.added, report.skipped));
    for (path, reason) in &report.failed {
        output::note(&format!("not imported: {}: {reason}", path.display()));
    }
    if report.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
