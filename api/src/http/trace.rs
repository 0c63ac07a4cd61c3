//! Logs and counts each request under an id.

use crate::monitoring::Metrics;
use actix_web::{
    HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web,
};
use std::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, as in the log and in the answer.
#[derive(Clone)]
struct RequestId(String);

/// Logs a request under an id, and counts it. The route's pattern is logged, never the path, because the path of a link
/// opens the link.
pub(crate) async fn trace(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let id = Uuid::now_v7().simple().to_string();
    let route = request.match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let span = tracing::info_span!("request", id, method = %request.method(), route);
    request.extensions_mut().insert(RequestId(id.clone()));
    let (metrics, method, start) =
        (request.app_data::<web::Data<Metrics>>().cloned(), request.method().clone(), Instant::now());
    let answer = next.call(request).instrument(span.clone()).await;
    if let Some(metrics) = metrics {
        let status = match &answer {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        metrics.request(&route, method.as_str(), status.as_u16(), start.elapsed());
    }
    let mut response = answer?;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    span.in_scope(|| tracing::debug!(status = response.status().as_u16(), "answered"));
    Ok(response)
}

/// The id of this request.
pub(crate) fn request_id(request: &HttpRequest) -> String {
    request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}
