//! `vitrine storage copy`: moves an installation to another place for its blobs.

use super::{exit, output, runtime};
use crate::{
    config::Config,
    installation::copy_blobs::{self, Report},
};
use ::storage::Place;
use clap::{Args, Subcommand};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct Storage {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Copy all blobs to another place, and read each copy back. What is there already, with the same size, is skipped.
    Copy {
        /// Where the blobs are, as in `VITRINE_STORAGE`.
        from: Place,
        /// Where they are to be copied to.
        to: Place,
    },
}

impl Storage {
    pub(super) fn run(&self, config: &Config) -> anyhow::Result<ExitCode> {
        let Action::Copy { from, to } = &self.action;
        if from == to {
            return Err(exit::usage("both places are the same"));
        }
        if let Place::Folder(folder) = from
            && !folder.is_dir()
        {
            return Err(exit::usage(format!("{} is not a folder", folder.display())));
        }
        let from = config.open_storage_at(from).map_err(exit::configuration)?;
        let to = config.open_storage_at(to).map_err(exit::configuration)?;
        let mut report = Report::default();
        let ended = runtime()?.block_on(copy_blobs::run(&from, &to, &mut report));
        let Report { copied, skipped, bytes, failed } = &report;
        output::note(&format!(
            "copied {copied} ({}), skipped {skipped} that are there already",
            bytesize::ByteSize::b(*bytes)
        ));
        for (key, reason) in failed {
            output::note(&format!("not copied: {key}: {reason}"));
        }
        ended?;
        Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
