//! Sends a browser that downloads a file to the storage, by an address that opens for a short time.
//!
//! Whether a file may leave in this way is decided before (`Permit::by_address`). Here it is only asked whether this request
//! gains by it. A redirect is for a browser that goes to the file. A script or another site that loads it would need the
//! storage to allow that, a frame would need the policy of the page around it to allow it, and a program may not follow
//! redirects. What is small is faster without. The tag of a conditional request is ours, which the storage does not know.

use super::conditions::is_conditional;
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{self, CacheControl, CacheDirective, HeaderName},
    },
};
use std::ops::Range;
use storage::INLINE_BYTES;

const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Whether a request for this range of a file gains by an address of the storage.
pub(super) fn is_wanted(request: &HttpRequest, range: &Range<u64>) -> bool {
    range.end - range.start > INLINE_BYTES && !is_conditional(request) && goes_there(request)
}

/// Whether a browser goes to what it asks for, as when a visitor follows a link. Older browsers, and all without TLS, do not
/// say so, and want a page only then.
fn goes_there(request: &HttpRequest) -> bool {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    match text(FETCH_MODE) {
        Some(mode) => mode == "navigate" && text(FETCH_DEST) == Some("document"),
        None => text(header::ACCEPT).is_some_and(|accept| accept.contains("text/html")),
    }
}

/// The answer that leads to an address. `response` may carry cookies already. Nobody keeps it, and the storage is not told
/// where the browser comes from, because the address of a link opens it.
pub(super) fn lead_to(address: &str, mut response: HttpResponseBuilder) -> HttpResponse {
    response
        .status(StatusCode::TEMPORARY_REDIRECT)
        .insert_header((header::LOCATION, address))
        .insert_header(CacheControl(vec![CacheDirective::Private, CacheDirective::NoStore]))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header(("x-robots-tag", "noindex"))
        .finish()
}
