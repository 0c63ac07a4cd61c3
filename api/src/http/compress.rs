//! Compresses answers: pages, JSON and GraphQL, where they are in memory as a whole.
//!
//! Files are left alone. What has an `ETag` or a range is sent as it is, because downloads are continued by the exact
//! length and the tag of their bytes, and so is whatever is sent piece by piece. Files that are part of the binary are
//! compressed once (`static_file.rs`).
//!
//! The length of a compressed page tells whether two parts of it are alike. Another site can make a browser open one of
//! our pages again and again with a text of its choice, such as a search, and who sees the lengths on the line can guess
//! a secret on the same page letter by letter (BREACH). This needs a page that only this browser gets, and thus a cookie.
//! Therefore what is requested with cookies is compressed only if the browser says that no other site sent the request.
//! Old browsers and those without TLS do not say so, and get pages with cookies as they are.

use super::{
    encoding::{Effort, Encoding},
    origin::FETCH_SITE,
    visitor::{LANGUAGE, SEEN},
};
use actix_web::{
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
    web,
};

/// What is shorter fits into one packet anyway, in bytes.
const SHORTEST: usize = 1000;

/// What is longer is compressed beside the threads that answer requests, in bytes.
const IN_PLACE: usize = 256 * 1024;

/// The types of content that are compressed.
const TYPES: [&str; 3] = ["text/html", "application/json", "application/graphql-response+json"];

/// Compresses the answer to a request, if the client accepts that and nobody else learns from its length.
pub(crate) async fn compress(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let encoding = Encoding::accepted(request.headers()).filter(|_| !may_be_forged(request.headers()));
    let response = next.call(request).await?;
    if !is_text(response.status(), response.headers()) {
        return Ok(response.map_into_boxed_body());
    }
    let (request, response) = response.into_parts();
    let (mut response, body) = response.into_parts();
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
    let text = match (encoding, body.try_into_bytes()) {
        (Some(encoding), Ok(text)) if text.len() >= SHORTEST => {
            let copy = text.clone();
            let work = move || encoding.compress(&copy, Effort::Each);
            let compressed = if text.len() <= IN_PLACE { work() } else { web::block(work).await? };
            if compressed.is_some() {
                response.headers_mut().insert(header::CONTENT_ENCODING, encoding.header());
            }
            compressed.unwrap_or(text)
        }
        (_, Ok(text)) => text,
        (_, Err(pieces)) => {
            return Ok(ServiceResponse::new(request, response.set_body(pieces)).map_into_boxed_body());
        }
    };
    Ok(ServiceResponse::new(request, response.set_body(text)).map_into_boxed_body())
}

/// Whether another site may have made a browser send this request with cookies.
fn may_be_forged(headers: &HeaderMap) -> bool {
    let site = headers.get(FETCH_SITE).and_then(|value| value.to_str().ok());
    has_cookies(headers) && !matches!(site, Some("same-origin" | "none"))
}

/// Whether there is a cookie that opens anything. Those that say that a visitor was counted, and in what language they
/// read, do not.
fn has_cookies(headers: &HeaderMap) -> bool {
    headers.get_all(header::COOKIE).any(|cookies| {
        let Ok(cookies) = cookies.to_str() else { return true };
        cookies
            .split(';')
            .filter_map(|cookie| cookie.trim().split('=').next())
            .any(|name| ![SEEN, LANGUAGE].contains(&name))
    })
}

/// Whether an answer is a text that may be compressed.
fn is_text(status: StatusCode, headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    let as_it_is = [header::ETAG, header::CONTENT_RANGE, header::CONTENT_ENCODING];
    status != StatusCode::PARTIAL_CONTENT
        && TYPES.contains(&media_type)
        && !as_it_is.iter().any(|name| headers.contains_key(name))
}
