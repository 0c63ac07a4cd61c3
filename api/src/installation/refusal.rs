//! Refusals of the application as errors of the command line.

use app::{Error, MutationError};

/// Why something was refused. Whoever uses the command line runs the server, and may read the internal text of an error.
pub(crate) fn reason(error: MutationError) -> anyhow::Error {
    match error {
        MutationError::User(errors) => {
            let messages: Vec<String> = errors.into_iter().map(|error| error.message).collect();
            anyhow::anyhow!(messages.join(" "))
        }
        MutationError::Field(Error::Unavailable(text) | Error::Internal(text)) => anyhow::anyhow!(text),
        MutationError::Field(error) => anyhow::anyhow!(error.message()),
    }
}
