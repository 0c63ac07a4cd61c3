//! `/graphql`: GraphQL over HTTP.
//!
//! The body is read here, with a limit and a checked media type, because a form of another site could send
//! anything else; and a GET runs queries only. Users are told by a bearer token, never by a cookie.
//!
//! Status and media type are chosen by <https://graphql.github.io/graphql-over-http/draft/>: a request that is refused
//! before anything runs is 400 and has no `data`, but 200 for clients that know only `application/json` and have sent a
//! well-formed request.

use super::multipart::{self, Parts, Slots};
use crate::{deadline, request};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    web,
};
use app::{Caller, Error, Services, UNAVAILABLE, sign_in};
use async_graphql::{ErrorExtensionValues, Response, ServerError};
use futures::StreamExt;
use graphql::{ClientRequest, Gateway, NotARequest, OperationType, Refusal};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The largest request without files, in bytes.
pub(super) const MAX_BYTES: usize = 1024 * 1024;

/// The same of somebody who sends no token.
const ANONYMOUS_BYTES: usize = 64 * 1024;

/// What one id of an asset takes in a request, with room to spare.
const ID_BYTES: usize = 64;

const ANY_ORIGIN: (HeaderName, &str) = (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");

const GRAPHQL_JSON: &str = "application/graphql-response+json";

pub(super) fn configure(app: &mut web::ServiceConfig) {
    app.service(
        web::resource(["/graphql", "/graphql/"])
            .route(web::get().to(get))
            .route(web::post().to(post))
            .route(web::method(Method::OPTIONS).to(preflight))
            .default_service(web::to(other_method)),
    );
}

/// Tells browsers that a page of any site may call: such a page has no token unless its user gave it one, and cookies
/// mean nothing here.
async fn preflight(http: HttpRequest) -> HttpResponse {
    // Clients send headers of their own, such as their name and version.
    let wanted = http.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let allowed = wanted.unwrap_or(HeaderValue::from_static("authorization, content-type, idempotency-key"));
    HttpResponse::NoContent()
        .insert_header(ANY_ORIGIN)
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, allowed))
        .insert_header((header::VARY, header::ACCESS_CONTROL_REQUEST_HEADERS.as_str()))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "86400"))
        .finish()
}

async fn other_method(http: HttpRequest) -> HttpResponse {
    refuse(&http, StatusCode::METHOD_NOT_ALLOWED, "Send GraphQL with POST; a query may also come with GET.")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueryString {
    query: Option<String>,
    variables: Option<String>,
    operation_name: Option<String>,
    extensions: Option<String>,
}

impl QueryString {
    /// The request in the form that it has in a body.
    fn request(self) -> Result<serde_json::Value, NotARequest> {
        let json = |name: &str, text: Option<String>| match text.filter(|text| !text.is_empty()) {
            None => Ok(serde_json::Value::Null),
            Some(text) => serde_json::from_str(&text).map_err(|_| NotARequest(format!("`{name}` is not JSON."))),
        };
        Ok(serde_json::json!({
            "query": self.query,
            "operationName": self.operation_name.filter(|name| !name.is_empty()),
            "variables": json("variables", self.variables)?,
            "extensions": json("extensions", self.extensions)?,
        }))
    }
}

async fn get(
    http: HttpRequest,
    services: web::Data<Services>,
    gateway: web::Data<Gateway>,
    query: Result<web::Query<QueryString>, actix_web::Error>,
) -> HttpResponse {
    let Ok(query) = query else {
        return refuse(&http, StatusCode::BAD_REQUEST, "Send a query in the parameter `query`.");
    };
    let bytes = http.query_string().len();
    let caller = match caller(&http, &services).await {
        Ok(caller) => caller,
        Err(error) => return fail(&http, error),
    };
    if let Err(error) = services.charge(&caller, reading_cost(bytes)) {
        return fail(&http, error);
    }
    match query.into_inner().request().and_then(|json| ClientRequest::from_value(json, bytes)) {
        Ok(Ok(request)) => execute(&http, &services, &gateway, (caller, request), None).await,
        Ok(Err(refusal)) => refuse_request(&http, refusal),
        Err(NotARequest(message)) => refuse(&http, StatusCode::BAD_REQUEST, &message),
    }
}

async fn post(
    http: HttpRequest,
    services: web::Data<Services>,
    gateway: web::Data<Gateway>,
    slots: web::Data<Slots>,
    payload: web::Payload,
) -> HttpResponse {
    if let Some(encoding) = http.headers().get(header::CONTENT_ENCODING)
        && encoding != "identity"
    {
        let message = "Send the body as it is, without Content-Encoding.";
        return refuse(&http, StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
    }
    let content_type =
        http.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let request = match media_type.as_str() {
        "application/json" => match read_json(&http, &services, &gateway, payload).await {
            Ok(request) => request,
            Err(answer) => return answer,
        },
        "multipart/form-data" => return multipart::post(&http, &services, &gateway, &slots, payload).await,
        _ => {
            let message = "Send application/json, or multipart/form-data with files.";
            return refuse(&http, StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
        }
    };
    execute(&http, &services, &gateway, request, None).await
}

/// Reads a request, and finds out who sent it, who is charged for it whatever comes of it. Only a token that lives makes
/// room for a long one.
async fn read_json(
    http: &HttpRequest,
    services: &Services,
    gateway: &Gateway,
    payload: web::Payload,
) -> Result<(Caller, ClientRequest), HttpResponse> {
    let who = async || caller(http, services).await.map_err(|error| fail(http, error));
    let length = http.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let is_long = length.is_none_or(|length: usize| length > ANONYMOUS_BYTES);
    let early = if is_long { Some(who().await?) } else { None };
    let has_room = early.as_ref().is_some_and(|caller| caller.viewer.is_some());
    let limit = if has_room { MAX_BYTES.max(services.max_share * ID_BYTES) } else { ANONYMOUS_BYTES };
    let body = read(payload, limit).await;
    let caller = match early {
        Some(caller) => caller,
        None => who().await?,
    };
    let bytes = body.as_ref().map_or(limit, Vec::len);
    let charged = services.charge(&caller, reading_cost(bytes));
    let body = body.map_err(|(status, message)| refuse(http, status, &message))?;
    charged.map_err(|error| fail(http, error))?;
    match gateway.read(body).await {
        Ok(Ok(request)) => Ok((caller, request)),
        Ok(Err(refusal)) => Err(refuse_request(http, refusal)),
        Err(NotARequest(message)) => Err(refuse(http, StatusCode::BAD_REQUEST, &message)),
    }
}

async fn read(mut payload: web::Payload, limit: usize) -> Result<Vec<u8>, (StatusCode, String)> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            if deadline::is_too_slow(&error) {
                let message = "The request did not arrive in time, and nothing was done. Send it again.";
                (StatusCode::REQUEST_TIMEOUT, message.to_owned())
            } else {
                (StatusCode::BAD_REQUEST, "The request was cut off.".to_owned())
            }
        })?;
        if body.len() + chunk.len() > limit {
            let message = format!(
                "The request is larger than {limit} bytes, which is the limit{}. Files are sent as multipart/form-data.",
                if limit == ANONYMOUS_BYTES { " without a token" } else { "" }
            );
            return Err((StatusCode::PAYLOAD_TOO_LARGE, message));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

pub(super) async fn caller(http: &HttpRequest, services: &Services) -> Result<Caller, Error> {
    let bearer = request::bearer(http);
    let viewer = match &bearer {
        Some(token) => sign_in::viewer(services, token).await?,
        None => None,
    };
    // One that is no text is refused like one that is empty; without a key the call could be done twice.
    let text = |key: &HeaderValue| String::from_utf8(key.as_bytes().to_vec()).unwrap_or_default();
    let idempotency_key = http.headers().get("idempotency-key").map(text);
    Ok(Caller { viewer, bearer, address: request::address(http), idempotency_key })
}

/// Runs somebody's request, for the reading of which they were charged. Its files, if it has any, come while it runs.
pub(super) async fn execute(
    http: &HttpRequest,
    services: &web::Data<Services>,
    gateway: &web::Data<Gateway>,
    (caller, request): (Caller, ClientRequest),
    mut parts: Option<&mut Parts>,
) -> HttpResponse {
    let gateway = Arc::clone(gateway);
    let paid = reading_cost(request.bytes) + if parts.is_some() { multipart::COST } else { 0 };
    let operation = match gateway.check(request, &caller).await {
        Ok(operation) => operation,
        Err(refusal) => return refuse_request(http, refusal),
    };
    if operation.kind == OperationType::Subscription {
        return refuse(http, StatusCode::BAD_REQUEST, "Send subscriptions over a WebSocket, to /graphql/ws.");
    }
    if http.method() == Method::GET && operation.kind != OperationType::Query {
        return refuse(http, StatusCode::METHOD_NOT_ALLOWED, "A GET only asks; send mutations with POST.");
    }
    if let Err(error) = services.charge_operation(&caller, operation.cost.requested, paid) {
        return fail(http, error);
    }
    let files = parts.as_mut().and_then(|parts| parts.files());
    let running = gateway.execute(operation, caller, files);
    let done = match &mut parts {
        Some(parts) => parts.serve(running).await,
        None => running.await,
    };
    let response = match done {
        Ok(response) => response,
        Err(error) => return fail(http, error),
    };
    // Where nothing came of it because it could not be read, the status says so.
    let nothing = matches!(response.data, async_graphql::Value::Null);
    let fault = parts.as_deref().and_then(Parts::fault).filter(|_| nothing).and_then(multipart::status);
    let mut answer = answer(http, response);
    if let Some(status) = fault {
        *answer.status_mut() = status;
    }
    answer
}

/// What it costs to read and check a request of so many bytes, whatever it asks for.
pub(super) fn reading_cost(bytes: usize) -> u64 {
    1 + bytes as u64 / 100
}

/// An answer without `data`: nothing has run.
#[derive(Serialize)]
pub(super) struct Refused<'a> {
    pub(super) errors: &'a [ServerError],
}

/// Refuses what is no GraphQL request at all.
pub(super) fn refuse(http: &HttpRequest, status: StatusCode, message: &str) -> HttpResponse {
    let code = if status == StatusCode::REQUEST_TIMEOUT { "REQUEST_TIMEOUT" } else { "BAD_USER_INPUT" };
    build(http, status, &Refused { errors: &[server_error(message, code)] })
}

/// Refuses a request for what it asks.
pub(super) fn refuse_request(http: &HttpRequest, refusal: Refusal) -> HttpResponse {
    let status = if accepts_graphql_json(http) { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    build(http, status, &Refused { errors: &refusal.errors })
}

/// Answers that nothing could be run; so there is no `data` either.
pub(super) fn fail(http: &HttpRequest, error: Error) -> HttpResponse {
    let mut response = ::graphql::failed(error, &request::id(http));
    let status = complete(http, &mut response);
    with_wait(build(http, status, &Refused { errors: &response.errors }), &response)
}

pub(super) fn server_error(message: &str, code: &str) -> ServerError {
    let mut error = ServerError::new(message, None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    error.extensions = Some(extensions);
    error
}

/// Completes the errors and chooses the status, by the GraphQL-over-HTTP specification.
fn answer(http: &HttpRequest, mut response: Response) -> HttpResponse {
    let status = complete(http, &mut response);
    with_wait(build(http, status, &response), &response)
}

/// Completes the errors, and returns the status that they call for.
fn complete(http: &HttpRequest, response: &mut Response) -> StatusCode {
    let codes = ::graphql::complete(response, &request::id(http));
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
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(serde_json::to_vec(body).unwrap_or_default())
}

fn accepts_graphql_json(http: &HttpRequest) -> bool {
    let accept = http.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains(GRAPHQL_JSON)
}
