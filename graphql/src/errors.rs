//! Top-level errors with a code, for what a user cannot mend. What they can mend is in `types/user_error.rs`.

use crate::MAX_ERRORS;
use app::Error;
use async_graphql::{Pos, Response, ServerError, Value};

/// Completes the errors of a response, and returns their codes. Only here an [`Error`] is converted to what clients
/// read: its code, how long to wait, and for an internal error the request id under which it is logged. Only the first
/// errors are kept.
pub fn complete(response: &mut Response, request_id: &str) -> Vec<String> {
    response.errors.truncate(MAX_ERRORS);
    response.errors.iter_mut().map(|error| complete_one(error, request_id)).collect()
}

fn complete_one(error: &mut ServerError, request_id: &str) -> String {
    // An error without a position in the document has no location; async-graphql gives it line 0.
    error.locations.retain(|pos| pos.line > 0);
    let extensions = error.extensions.get_or_insert_default();
    // The source is taken, so that an error is logged once.
    let source = error.source.take();
    if let Some(source) = source.as_ref().and_then(|source| source.downcast_ref::<Error>()) {
        extensions.set("code", source.code());
        match source {
            Error::Internal(text) => {
                tracing::error!(error = text, "internal error");
                extensions.set("requestId", request_id);
            }
            Error::Unavailable(text) => tracing::warn!(error = text, "unavailable"),
            Error::RateLimited(wait) => extensions.set("retryAfter", app::seconds(*wait)),
            Error::Unauthenticated
            | Error::TokenEnded
            | Error::Forbidden(_)
            | Error::NotFound
            | Error::BadInput(_)
            | Error::StorageFull
            | Error::TimedOut(_) => {}
        }
    }
    // Errors of the executor itself are about the client's input.
    if extensions.get("code").is_none() {
        extensions.set("code", "BAD_USER_INPUT");
    }
    match extensions.get("code") {
        Some(Value::String(code)) => code.clone(),
        _ => String::new(),
    }
}

/// A complete response with only this error.
pub fn failed(error: Error, request_id: &str) -> Response {
    let error: async_graphql::Error = error.into();
    let mut response = Response::from_errors(vec![error.into_server_error(Pos::default())]);
    complete(&mut response, request_id);
    response
}
