//! Answers of `/graphql`: their status, media type and headers.
//!
//! Status and media type follow <https://graphql.github.io/graphql-over-http/draft/>: a request that is refused
//! before anything runs is answered by 400 and has no `data`, but by 200 for clients that know only `application/json`
//! and have sent a well-formed request.

use crate::http::request_id;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use app::{Error, UNAVAILABLE};
use async_graphql::{ErrorExtensionValues, Response, ServerError};
use graphql::Refusal;
use serde::Serialize;

/// Lets a page of any site read answers. This is safe, because such a page has no token unless its user gave it one,
/// and cookies are ignored.
pub(super) const ANY_ORIGIN: (HeaderName, &str) = (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");

const GRAPHQL_JSON: &str = "application/graphql-response+json";

/// An answer without `data`, because nothing has run.
#[derive(Serialize)]
pub(super) struct Refused<'a> {
    pub(super) errors: &'a [ServerError],
}

/// Refuses a request that is no GraphQL request at all.
pub(super) fn refuse(http: &HttpRequest, status: StatusCode, message: &str) -> HttpResponse {
    let code = if status == StatusCode::REQUEST_TIMEOUT { "REQUEST_TIMEOUT" } else { "BAD_USER_INPUT" };
    build(http, status, &Refused { errors: &[server_error(message, code)] })
}

/// Refuses a GraphQL request with the errors of its checks.
pub(super) fn refuse_request(http: &HttpRequest, refusal: Refusal) -> HttpResponse {
    let status = match accepts_graphql_json(http) {
        false => StatusCode::OK,
        true if refusal.is_forbidden() => StatusCode::FORBIDDEN,
        true => StatusCode::BAD_REQUEST,
    };
    build(http, status, &Refused { errors: &refusal.errors })
}

/// Answers without `data`, because nothing could be run.
pub(super) fn fail(http: &HttpRequest, error: Error) -> HttpResponse {
    let mut response = graphql::failed(error, &request_id(http));
    let status = complete(http, &mut response);
    with_wait(build(http, status, &Refused { errors: &response.errors }), &response)
}

/// An error with a code, as an answer holds it.
pub(super) fn server_error(message: &str, code: &str) -> ServerError {
    let mut error = ServerError::new(message, None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    error.extensions = Some(extensions);
    error
}

/// Completes the errors of a response and chooses the status of its answer.
pub(super) fn answer(http: &HttpRequest, mut response: Response) -> HttpResponse {
    let status = complete(http, &mut response);
    with_wait(build(http, status, &response), &response)
}

/// Completes the errors of a response, and returns the status that they call for.
fn complete(http: &HttpRequest, response: &mut Response) -> StatusCode {
    let codes = graphql::complete(response, &request_id(http));
    let nothing = matches!(response.data, async_graphql::Value::Null);
    let has = |code: &str| nothing && codes.iter().any(|it| it == code);
    if has(UNAVAILABLE) {
        StatusCode::SERVICE_UNAVAILABLE
    } else if has("RATE_LIMITED") {
        StatusCode::TOO_MANY_REQUESTS
    } else if has("UNAUTHENTICATED") && accepts_graphql_json(http) {
        StatusCode::UNAUTHORIZED
    } else {
        StatusCode::OK
    }
}

/// Tells a refused caller how long to wait.
fn with_wait(mut answer: HttpResponse, response: &Response) -> HttpResponse {
    if answer.status() == StatusCode::TOO_MANY_REQUESTS
        && let Some(seconds) = retry_after(response)
    {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    answer
}

/// How many seconds a refused caller is told to wait.
fn retry_after(response: &Response) -> Option<HeaderValue> {
    let seconds = response.errors.iter().find_map(|error| error.extensions.as_ref()?.get("retryAfter"))?;
    HeaderValue::from_str(&seconds.to_string()).ok()
}

/// Builds an answer of the media type that the client asks for.
pub(super) fn build(http: &HttpRequest, status: StatusCode, body: &impl Serialize) -> HttpResponse {
    let media_type = if accepts_graphql_json(http) { GRAPHQL_JSON } else { "application/json" };
    let mut answer = HttpResponse::build(status);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        let allowed = if http.method() == Method::GET { "POST" } else { "GET, POST" };
        answer.insert_header((header::ALLOW, allowed));
    }
    if status == StatusCode::UNAUTHORIZED {
        answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.insert_header((header::RETRY_AFTER, "2"));
    }
    answer
        .content_type(format!("{media_type}; charset=utf-8"))
        .insert_header(ANY_ORIGIN)
        .insert_header((header::ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after, x-request-id"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(serde_json::to_vec(body).unwrap_or_default())
}

fn accepts_graphql_json(http: &HttpRequest) -> bool {
    let accept = http.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains(GRAPHQL_JSON)
}
