//! What exit codes mean: those of `sysexits.h`, so that scripts can tell what to do.

use jobs::queue::QueueError;
use schema::migrations::MigrationError;
use std::{fmt::Display, process::ExitCode};

/// A code that means more than that something failed.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
pub(super) enum Code {
    /// The command makes no sense.
    Usage = 64,
    /// Postgres or Redis does not answer; it is worth trying again.
    Unavailable = 69,
    /// Another process is at it; it is worth trying again.
    Busy = 75,
    /// Something is not configured, or wrongly.
    Configuration = 78,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code as u8)
    }
}

/// A failure that knows its code.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Failed {
    code: Code,
    message: String,
}

/// The command makes no sense.
pub(super) fn usage(message: impl Into<String>) -> anyhow::Error {
    Failed { code: Code::Usage, message: message.into() }.into()
}

/// The configuration is the reason.
pub(super) fn configuration(error: impl Display) -> anyhow::Error {
    Failed { code: Code::Configuration, message: format!("{error:#}") }.into()
}

/// The exit code of a failure.
pub(super) fn of(error: &anyhow::Error) -> ExitCode {
    if let Some(Failed { code, .. }) = error.downcast_ref() {
        return (*code).into();
    }
    if error.downcast_ref::<QueueError>().is_some_and(QueueError::is_misconfigured) {
        Code::Configuration.into()
    } else if jobs::is_outage(error) || matches!(error.downcast_ref(), Some(MigrationError::Connect(_))) {
        Code::Unavailable.into()
    } else {
        ExitCode::FAILURE
    }
}
