//! Which dead jobs a command changes.

use clap::Args;

/// The dead jobs that a command changes.
#[derive(Debug, Args)]
pub(super) struct DeadJobs {
    /// Ids, as `vitrine job dead` tells them.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub(super) ids: Vec<String>,
    /// All that were given up on.
    #[arg(long)]
    pub(super) all: bool,
}
