//! Why the servers do not run.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why the servers do not run.
#[derive(Debug, thiserror::Error)]
pub enum ServersError {
    /// A program is not installed.
    #[error("{0} is not installed; on Debian or Ubuntu: apt-get install {1}")]
    Missing(&'static str, &'static str),
    /// Another process runs servers in this folder.
    #[error("another vitrine is running in {0}; stop it, or choose another folder with VITRINE_DATA")]
    Running(PathBuf),
    /// The data was made by a version that is not installed.
    #[error("the data in {0} was made by Postgres {1}, which is not installed; install it, or use pg_upgrade")]
    OtherVersion(PathBuf, String),
    /// The data was in another folder, and is gone from it.
    #[error("the database of {0} is gone from {1}; bring it back, or delete {0} to begin with an empty one")]
    Gone(PathBuf, PathBuf),
    /// The process runs as root, and no other user can run Postgres.
    #[error("Postgres does not run as root, and there is no user `postgres` or `nobody` to run it as")]
    NoUser,
    /// A server ended at once, or does not answer.
    #[error("{program} does not start: {reason} (see {log})")]
    Start {
        /// The program.
        program: &'static str,
        /// The cause, as far as it is known.
        reason: String,
        /// Its log.
        log: PathBuf,
    },
    /// A file or folder cannot be used.
    #[error("cannot use {0}: {1}")]
    Folder(PathBuf, io::Error),
}

impl ServersError {
    pub(super) fn folder(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |error| Self::Folder(path, error)
    }
}
