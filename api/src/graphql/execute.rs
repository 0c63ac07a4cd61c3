//! Runs a request that was read: checks and charges it, and serves its files while it runs.

use super::{
    answer::{answer, fail, refuse, refuse_request},
    limits::reading_cost,
    multipart::{COST, FileParts, unread_status},
};
use crate::http::deadline;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web,
};
use app::{Caller, Services};
use graphql::{ClientRequest, Gateway, OperationType};
use std::sync::Arc;

/// Runs a request, whose caller was charged for its reading. Its files, if it has any, are read while it runs.
pub(super) async fn execute(
    http: &HttpRequest,
    services: &web::Data<Services>,
    gateway: &web::Data<Gateway>,
    (caller, request): (Caller, ClientRequest),
    mut parts: Option<&mut FileParts>,
) -> HttpResponse {
    let gateway = Arc::clone(gateway);
    let paid = reading_cost(request.bytes) + if parts.is_some() { COST } else { 0 };
    let operation = match gateway.check(request, &caller).await {
        Ok(operation) => operation,
        Err(refusal) => return refuse_request(http, refusal),
    };
    if operation.kind == OperationType::Subscription {
        return refuse(http, StatusCode::BAD_REQUEST, "Send subscriptions over a WebSocket, to /graphql/ws.");
    }
    if http.method() == Method::GET && operation.kind != OperationType::Query {
        return refuse(http, StatusCode::METHOD_NOT_ALLOWED, "GET is for queries only; send mutations with POST.");
    }
    if let Err(error) = services.charge_operation(&caller, operation.cost.requested, paid) {
        return fail(http, error);
    }
    let only_reads = operation.kind == OperationType::Query;
    let files = parts.as_mut().and_then(|parts| parts.files());
    let running = gateway.execute(operation, caller, files);
    let done = match &mut parts {
        Some(parts) => parts.serve(running).await,
        None if only_reads => deadline::in_time(http, running).await,
        // What a mutation has begun is completed, however long that takes.
        None => running.await,
    };
    let response = match done {
        Ok(response) => response,
        Err(error) => return fail(http, error),
    };
    // The status tells if the request failed because it could not be read.
    let nothing = matches!(response.data, async_graphql::Value::Null);
    let fault = parts.as_deref().and_then(FileParts::fault).filter(|_| nothing).and_then(unread_status);
    let mut answer = answer(http, response);
    if let Some(status) = fault {
        *answer.status_mut() = status;
    }
    answer
}
