//! Slows down clients that look for links that do not exist.
//!
//! A request that finds nothing is charged to its address, unless it is about an open link: whoever has a link gets in,
//! whatever others at the same address try.

use super::PageError;
use crate::http::client_address;
use actix_web::{
    HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
    web,
};
use app::Services;

/// Marks a request that is about an open link.
pub(super) struct LinkIsOpen;

/// Marks a request that passed this middleware. Without the mark no link is opened, so that no route of a link can be
/// registered outside of the scope that throttles.
pub(super) struct IsThrottled;

/// Charges a request that found nothing to the address that asks. With too many of them the answer is how long to wait.
pub(super) async fn throttle_not_found(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    request.extensions_mut().insert(IsThrottled);
    let response = next.call(request).await?.map_into_boxed_body();
    let found_nothing =
        response.status() == StatusCode::NOT_FOUND && !response.request().extensions().contains::<LinkIsOpen>();
    if found_nothing
        && let Some(services) = response.request().app_data::<web::Data<Services>>()
        && let Err(wait) = services.throttle.unknown_link(client_address(response.request())).await
    {
        return Ok(response.error_response(PageError::TooMany(wait)));
    }
    Ok(response)
}
