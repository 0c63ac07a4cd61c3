//! `/graphql`: GraphQL over HTTP.
//!
//! The body is read here, with a limit and a checked media type, because a form of another site could send anything
//! else; and a GET runs queries only.

use super::{
    answer::{ANY_ORIGIN, fail, refuse, refuse_request},
    caller::caller,
    execute::execute,
    json_body::read_json,
    limits::reading_cost,
    multipart::{self, Slots},
    query_string::QueryString,
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
    web,
};
use app::Services;
use graphql::{ClientRequest, Gateway, ReadError};

#[expect(clippy::disallowed_methods, reason = "a query by GET is run, which HEAD must not do")]
pub(super) fn configure(app: &mut web::ServiceConfig) {
    app.service(
        web::resource(["/graphql", "/graphql/"])
            .route(web::get().to(get))
            .route(web::post().to(post))
            .route(web::method(Method::OPTIONS).to(preflight))
            .default_service(web::to(other_method)),
    );
}

/// Tells browsers that a page of any site may call.
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
        Ok(request) => execute(&http, &services, &gateway, (caller, request), None).await,
        Err(ReadError::Refused(refusal)) => refuse_request(&http, refusal),
        Err(ReadError::NotARequest(message)) => refuse(&http, StatusCode::BAD_REQUEST, &message),
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
