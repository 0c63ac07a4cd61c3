//! `/graphql`: GraphQL over HTTP.
//!
//! The body is read here, with a limit and a checked media type, because a form of another site could send
//! anything else; and a GET runs queries only. Users are told by a bearer token, never by a cookie.

use super::multipart::{self, Incoming};
use crate::request;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    web,
};
use async_graphql::{ErrorExtensionValues, Request, Response, ServerError, Variables, parser::types::OperationType};
use futures::StreamExt;
use graphql::{Caller, Error, Services, UNAVAILABLE, VitrineSchema, sign_in};
use serde::Deserialize;
use std::sync::Arc;
use storage::Blob;

/// The largest request without files, in bytes.
pub(super) const MAX_BYTES: usize = 1024 * 1024;

/// What one id of an asset takes in a request, with room to spare.
const ID_BYTES: usize = 64;

const ANY_ORIGIN: (HeaderName, &str) = (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");

const GRAPHQL_JSON: &str = "application/graphql-response+json";

pub(super) fn configure(app: &mut web::ServiceConfig) {
    app.service(
        web::resource("/graphql")
            .route(web::get().to(get))
            .route(web::post().to(post))
            .route(web::method(Method::OPTIONS).to(preflight)),
    );
}

/// Tells browsers that a page of any site may call: such a page has no token unless its user gave it one, and cookies
/// mean nothing here.
async fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header(ANY_ORIGIN)
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, idempotency-key"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "86400"))
        .finish()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueryString {
    query: String,
    variables: Option<String>,
    operation_name: Option<String>,
}

async fn get(
    http: HttpRequest,
    services: web::Data<Services>,
    schema: web::Data<VitrineSchema>,
    query: Result<web::Query<QueryString>, actix_web::Error>,
) -> HttpResponse {
    let Ok(query) = query else {
        return refuse(&http, StatusCode::BAD_REQUEST, "Send a query in the parameter `query`.");
    };
    let query = query.into_inner();
    let variables = match query.variables.as_deref().filter(|text| !text.is_empty()).map(serde_json::from_str) {
        None => serde_json::Value::Null,
        Some(Ok(variables)) => variables,
        Some(Err(_)) => return refuse(&http, StatusCode::BAD_REQUEST, "`variables` is not JSON."),
    };
    let mut request = Request::new(query.query).variables(Variables::from_json(variables));
    request.operation_name = query.operation_name.filter(|name| !name.is_empty());
    let changes = request.parsed_query().is_ok_and(|document| {
        document.operations.iter().any(|(_, operation)| operation.node.ty != OperationType::Query)
    });
    if changes {
        return refuse(&http, StatusCode::METHOD_NOT_ALLOWED, "A GET only asks; send mutations with POST.");
    }
    execute(&http, &services, &schema, Incoming::without_files(request)).await
}

async fn post(
    http: HttpRequest,
    services: web::Data<Services>,
    schema: web::Data<VitrineSchema>,
    payload: web::Payload,
) -> HttpResponse {
    let content_type =
        http.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let incoming = match media_type.as_str() {
        "application/json" => match read_json(payload, MAX_BYTES.max(services.max_share * ID_BYTES)).await {
            Ok(request) => Incoming::without_files(request),
            Err((status, message)) => return refuse(&http, status, message),
        },
        "multipart/form-data" => {
            // Strangers are turned away before they have sent their gigabytes.
            match caller(&http, &services).await {
                Ok(Caller { viewer: Some(_), .. }) => {}
                Ok(_) => return fail(&http, Error::Unauthenticated),
                Err(error) => return fail(&http, error),
            }
            match multipart::receive(&http, payload, &services.storage).await {
                Ok(incoming) => incoming,
                Err(multipart::Refused::Bad(message)) => return refuse(&http, StatusCode::BAD_REQUEST, &message),
                Err(multipart::Refused::Storage(error)) => return fail(&http, error.into()),
            }
        }
        _ => {
            let message = "Send application/json, or multipart/form-data with files.";
            return refuse(&http, StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
        }
    };
    execute(&http, &services, &schema, incoming).await
}

async fn read_json(mut payload: web::Payload, limit: usize) -> Result<Request, (StatusCode, &'static str)> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| (StatusCode::BAD_REQUEST, "The request was cut off."))?;
        if body.len() + chunk.len() > limit {
            return Err((
                StatusCode::PAYLOAD_TOO_LARGE,
                "The request is too large; send files as multipart/form-data.",
            ));
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).map_err(|_| {
        (StatusCode::BAD_REQUEST, "The body is not a GraphQL request: {\"query\": …, \"variables\": {…}} as JSON.")
    })
}

async fn caller(http: &HttpRequest, services: &Services) -> Result<Caller, Error> {
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

async fn execute(
    http: &HttpRequest,
    services: &web::Data<Services>,
    schema: &VitrineSchema,
    incoming: Incoming,
) -> HttpResponse {
    let services = Arc::clone(services);
    let caller = match caller(http, &services).await {
        Ok(caller) => caller,
        Err(error) => return fail(http, error),
    };
    let (request, files, schema) = (incoming.request, Arc::new(incoming.files), schema.clone());
    let request = graphql::prepare(request, &services, caller).data(Arc::clone(&files));
    // A task of its own: a client that hangs up in the middle does not leave half of a mutation's work.
    let span = tracing::Span::current();
    let task = tokio::spawn(tracing::Instrument::instrument(
        async move {
            let response = schema.execute(request).await;
            for left in files.drain() {
                if let Err(error) = services.storage.delete(Blob::File(left.file.id)).await {
                    tracing::warn!(%error, "a file that nothing took was left behind");
                }
            }
            response
        },
        span,
    ));
    match task.await {
        Ok(response) => answer(http, response),
        Err(error) => fail(http, Error::Internal(error.to_string())),
    }
}

fn refuse(http: &HttpRequest, status: StatusCode, message: &str) -> HttpResponse {
    let response = Response::from_errors(vec![error(message, "BAD_USER_INPUT")]);
    build(http, status, response)
}

fn fail(http: &HttpRequest, error: Error) -> HttpResponse {
    let error: async_graphql::Error = error.into();
    answer(http, Response::from_errors(vec![error.into_server_error(async_graphql::Pos::default())]))
}

fn error(message: &str, code: &str) -> ServerError {
    let mut error = ServerError::new(message, None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    error.extensions = Some(extensions);
    error
}

/// Gives each error its code, and an internal one the id that it is logged under. Returns the codes.
pub(super) fn complete_errors(response: &mut Response, request_id: &str) -> Vec<String> {
    let mut codes = Vec::new();
    for error in &mut response.errors {
        // What the executor itself refuses is something that the client sent.
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", "BAD_USER_INPUT");
        }
        let code = match extensions.get("code") {
            Some(async_graphql::Value::String(code)) => code.clone(),
            _ => String::new(),
        };
        if code == "INTERNAL" {
            extensions.set("requestId", request_id);
        }
        codes.push(code);
    }
    codes
}

/// Completes the errors and chooses the status, by the GraphQL-over-HTTP specification.
fn answer(http: &HttpRequest, mut response: Response) -> HttpResponse {
    let codes = complete_errors(&mut response, &request::id(http));
    let nothing = matches!(response.data, async_graphql::Value::Null);
    let status = if nothing && codes.iter().any(|code| code == UNAVAILABLE) {
        StatusCode::SERVICE_UNAVAILABLE
    } else if nothing && codes.iter().any(|code| code == "UNAUTHENTICATED") && accepts_graphql_json(http) {
        StatusCode::UNAUTHORIZED
    } else if nothing
        && codes.iter().all(|code| code == "BAD_USER_INPUT")
        && !codes.is_empty()
        && accepts_graphql_json(http)
    {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    build(http, status, response)
}

fn build(http: &HttpRequest, status: StatusCode, response: Response) -> HttpResponse {
    let media_type = if accepts_graphql_json(http) { GRAPHQL_JSON } else { "application/json" };
    let mut answer = HttpResponse::build(status);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        answer.insert_header((header::ALLOW, Method::POST.as_str()));
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
        .body(serde_json::to_vec(&response).unwrap_or_default())
}

fn accepts_graphql_json(http: &HttpRequest) -> bool {
    let accept = http.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains(GRAPHQL_JSON)
}
