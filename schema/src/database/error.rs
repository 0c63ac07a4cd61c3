//! Why an address of Postgres cannot be used.

use std::{fmt::Display, path::Path};

/// Why an address of Postgres cannot be used, and what to do. The text has no password.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseUrlError {
    /// It does not begin like a URL of Postgres.
    #[error("it is no URL of Postgres; it looks like postgres://user:password@host:5432/database?sslmode=verify-full")]
    NotUrl,
    /// It has an @ too many.
    #[error("it has more than one @; in a user name or password, write %40 for it")]
    At,
    /// A part is wrong, or a parameter is unknown.
    #[error("{0}")]
    Invalid(String),
    /// Parameters do not fit together.
    #[error("{0}")]
    Combination(&'static str),
    /// A file that it names cannot be used.
    #[error("{name} names {path}, which cannot be used: {reason}")]
    File {
        /// The parameter or variable.
        name: &'static str,
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
}

impl DatabaseUrlError {
    pub(super) fn file(name: &'static str, path: &Path, reason: impl Display) -> Self {
        Self::File { name, path: path.display().to_string(), reason: reason.to_string() }
    }
}
