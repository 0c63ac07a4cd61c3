//! Answers a request with files: checks who sends it, reads the fields before the files, and runs the operation.

use super::{
    body::Body,
    cost::{COST, unread_status},
    head::{Fields, NoRequest},
    parts::FileParts,
    reader::Reader,
    slots::{Sender, Slots},
};
use crate::graphql::{
    answer::{Refused, build, fail, refuse_request, server_error},
    caller::caller,
    execute::execute,
    limits::reading_cost,
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        ConnectionType, StatusCode,
        header::{HeaderValue, RETRY_AFTER},
    },
    web,
};
use app::{Error, Services};
use domain::network::site;
use graphql::Gateway;
use std::time::Duration;
use tokio::time::timeout;

/// How long the fields before the files may take. They are small.
const HEAD: Duration = Duration::from_mins(1);

/// The field that takes a file of whoever is not signed in.
const PHOTO_FIELD: &str = "searchSharedLinkByPerson";

/// How long a user with too many running uploads is told to wait, in seconds. It cannot be known when one of them ends.
const RETRY: u64 = 5;

/// Answers a request with files.
pub(in crate::graphql) async fn post(
    http: &HttpRequest,
    services: &web::Data<Services>,
    gateway: &web::Data<Gateway>,
    slots: &Slots,
    payload: web::Payload,
) -> HttpResponse {
    let caller = match caller(http, services).await {
        Ok(caller) => caller,
        Err(error) => return fail(http, error),
    };
    let user = caller.viewer.as_ref().map(|viewer| viewer.user.id);
    let sender = user.map_or(Sender::Visitors(site(caller.address)), Sender::User);
    if let Err(error) = services.charge(&caller, COST) {
        return fail(http, error);
    }
    let Some(slot) = slots.enter(sender) else { return too_many(http, slots) };
    let body = Body::new(payload, slots.idle, slots.deadline);
    let mut reader = Reader::new(http.headers(), body);
    let late = || Err(Error::TimedOut(format!("`operations` and `map` took longer than {} s.", HEAD.as_secs())));
    let fields = match timeout(HEAD, Fields::receive(&mut reader)).await.unwrap_or_else(|_| late()) {
        Ok(fields) => fields,
        Err(_) if user.is_none() => return refuse_stranger(http),
        Err(error) => return reject(http, error),
    };
    if let Err(error) = services.charge_operation(&caller, reading_cost(fields.bytes()), COST) {
        return fail(http, error);
    }
    let head = match gateway.parse(fields.bytes(), move || fields.parse()).await {
        Ok(head) => head,
        Err(NoRequest::Bad(_)) if user.is_none() => return refuse_stranger(http),
        Err(NoRequest::Bad(error)) => return reject(http, error),
        Err(NoRequest::Refused(refusal)) => return refuse_request(http, refusal),
    };
    // Of whoever is not signed in, no file is read but the photo of a search. Its field checks the rest.
    if user.is_none() && !head.request.query.contains(PHOTO_FIELD) {
        return refuse_stranger(http);
    }
    let mut parts = FileParts::new(reader, head.names, (services, user.is_some()), slot);
    execute(http, services, gateway, (caller, head.request), Some(&mut parts)).await
}

/// Refuses the files of whoever is not signed in, of which nothing more is read.
fn refuse_stranger(http: &HttpRequest) -> HttpResponse {
    let mut response = fail(http, Error::Unauthenticated);
    response.head_mut().set_connection_type(ConnectionType::Close);
    response
}

/// Refuses a request before anything of it was run.
fn reject(http: &HttpRequest, error: Error) -> HttpResponse {
    match unread_status(&error) {
        Some(status) => build(http, status, &Refused { errors: &[server_error(&error.message(), error.code())] }),
        None => fail(http, error),
    }
}

fn too_many(http: &HttpRequest, slots: &Slots) -> HttpResponse {
    let message = format!(
        "You have {} requests with files at work, which is the most at a time. Try again when one of them has ended.",
        slots.per_user
    );
    let mut error = server_error(&message, "RATE_LIMITED");
    error.extensions.get_or_insert_default().set("retryAfter", RETRY);
    let mut response = build(http, StatusCode::TOO_MANY_REQUESTS, &Refused { errors: &[error] });
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(RETRY));
    response
}
