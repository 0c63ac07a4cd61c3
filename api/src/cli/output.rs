//! What the command line says to people.

use super::exit;
use std::{io::Write, process::ExitCode};

/// Says something on standard output. That nobody reads it is no reason to fail.
pub(super) fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Says something beside the output proper.
pub(super) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Says what went wrong, in one line.
pub(super) fn fail(error: &anyhow::Error) -> ExitCode {
    note(&format!("vitrine: {error:#}"));
    exit::of(error)
}
