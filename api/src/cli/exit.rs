//! The exit codes, which are those of `sysexits.h`, so that scripts can tell what to do.

use schema::migrations::MigrationError;
use std::{fmt::Display, process::ExitCode};

/// A code that tells the cause of a failure.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
pub(super) enum Code {
    /// The command line is wrong.
    Usage = 64,
    /// Postgres or Redis does not answer, or the database is not migrated yet; it is worth trying again.
    Unavailable = 69,
    /// Another process is doing the same; it is worth trying again.
    Busy = 75,
    /// The configuration is incomplete or wrong.
    Configuration = 78,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code as u8)
    }
}

/// A failure with an exit code of its own.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Failed {
    code: Code,
    message: String,
}

/// The failure of a wrong command line.
pub(super) fn usage(message: impl Into<String>) -> anyhow::Error {
    Failed { code: Code::Usage, message: message.into() }.into()
}

/// The failure of a wrong configuration.
pub(super) fn configuration(error: impl Display) -> anyhow::Error {
    Failed { code: Code::Configuration, message: format!("{error:#}") }.into()
}

/// The failure of something that others are about to mend.
pub(super) fn unavailable(message: impl Into<String>) -> anyhow::Error {
    Failed { code: Code::Unavailable, message: message.into() }.into()
}

/// The exit code of a failure.
pub(super) fn of(error: &anyhow::Error) -> ExitCode {
    if let Some(Failed { code, .. }) = error.downcast_ref() {
        return (*code).into();
    }
    if jobs::is_outage(error) || matches!(error.downcast_ref(), Some(MigrationError::Connect(_))) {
        Code::Unavailable.into()
    } else {
        ExitCode::FAILURE
    }
}
