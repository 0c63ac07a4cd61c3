//! Browsers that ask not to be tracked.

use actix_web::HttpRequest;

/// The headers by which a browser asks for it: Do Not Track, and Global Privacy Control.
const HEADERS: [&str; 2] = ["dnt", "sec-gpc"];

/// Whether a request asks that nothing is kept of what its sender does.
pub(crate) fn asks_not_to_be_tracked(request: &HttpRequest) -> bool {
    HEADERS.iter().any(|name| request.headers().get(*name).is_some_and(|value| value == "1"))
}
