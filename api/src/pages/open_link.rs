//! Slows down whoever looks for links that are not there.
//!
//! A request that finds nothing is charged to the address that asks, unless it is about an active link: whoever has a
//! link gets in, whatever others at the same address try.

use super::PageError;
use crate::http::client_address;
use actix_web::{
    HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
    web,
};
use app::{
    Services,
    visitor::{RequestedFile, Visit, Visitor},
};
use domain::LinkKind;

/// Marks a request that is about an active link.
struct LinkIsActive;

/// Opens the link of a token, and marks the request if the link is active.
pub(super) async fn open<'a>(
    request: &HttpRequest,
    services: &'a Services,
    visitor: &'a Visitor,
    (token, kind): (&str, LinkKind),
    requested: RequestedFile,
) -> Result<Visit<'a>, PageError> {
    let visit = Visit::open(services, visitor, token, kind, requested).await?;
    if visit.is_active() {
        request.extensions_mut().insert(LinkIsActive);
    }
    Ok(visit)
}

/// Charges a request that found nothing to the address that asks. With too many of them the answer is how long to wait.
pub(super) async fn throttle_not_found(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let response = next.call(request).await?;
    let found_nothing =
        response.status() == StatusCode::NOT_FOUND && !response.request().extensions().contains::<LinkIsActive>();
    if found_nothing
        && let Some(services) = response.request().app_data::<web::Data<Services>>()
        && let Err(wait) = services.throttle.unknown_link(client_address(response.request())).await
    {
        return Err(PageError::TooMany(wait).into());
    }
    Ok(response)
}
