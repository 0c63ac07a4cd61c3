//! Prints the messages of the command line.

use super::exit;
use std::{io::Write, process::ExitCode};

/// Prints a line on standard output. A closed output is no failure.
pub(super) fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints a line on standard error.
pub(super) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Prints an error in one line.
pub(super) fn fail(error: &anyhow::Error) -> ExitCode {
    note(&format!("vitrine: {error:#}"));
    exit::of(error)
}
