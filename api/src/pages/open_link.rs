//! Opens a link by its token, for all pages of links.

use super::{
    PageError,
    throttle_not_found::{IsThrottled, LinkIsOpen},
};
use crate::http::visitor;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use app::{
    Services,
    visitor::{RequestedFile, Visit},
};
use domain::LinkKind;

/// Opens the link of a token, and marks the request if the link is open.
pub(super) async fn open<'a>(
    request: &HttpRequest,
    services: &'a Services,
    (token, kind): (&str, LinkKind),
    requested: RequestedFile,
) -> Result<Visit<'a>, PageError> {
    if !request.extensions().contains::<IsThrottled>() {
        return Err(PageError::Internal("the route of a link is outside of the scope that throttles".to_owned()));
    }
    let visit = Visit::open(services, visitor(request), token, kind, requested).await?;
    if visit.is_open() {
        request.extensions_mut().insert(LinkIsOpen);
    }
    Ok(visit)
}

/// The answer to every other path below a link. Opening the link tells the throttle whether it is open.
pub(super) async fn no_such_page(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
    kind: LinkKind,
) -> Result<HttpResponse, PageError> {
    open(&request, &services, (&token, kind), RequestedFile::default()).await?;
    Err(PageError::NotFound)
}
