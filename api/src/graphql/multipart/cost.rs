//! What a request with files costs, and the status of one that could not be read.

use actix_web::http::StatusCode;
use app::Error;

/// The cost of a request with files before they are read.
pub(in crate::graphql) const COST: u64 = 1000;

/// The status of a request that could not be read; none where the answer says more.
pub(in crate::graphql) fn unread_status(error: &Error) -> Option<StatusCode> {
    match error {
        Error::BadInput(_) => Some(StatusCode::BAD_REQUEST),
        Error::TimedOut(_) => Some(StatusCode::REQUEST_TIMEOUT),
        _ => None,
    }
}
