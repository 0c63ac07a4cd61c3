//! Forms come from our own pages only.

use actix_web::{HttpRequest, http::header::ORIGIN};
use app::Services;

/// The form was sent by a page of another site.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OtherOrigin;

/// Refuses a form that another site sent.
pub(crate) fn require_same_origin(request: &HttpRequest, services: &Services) -> Result<(), OtherOrigin> {
    let Some(origin) = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok()) else { return Ok(()) };
    let host = request.connection_info().host().to_owned();
    let own = origin == services.public_url || origin.split_once("://").is_some_and(|(_, sender)| sender == host);
    if own { Ok(()) } else { Err(OtherOrigin) }
}
