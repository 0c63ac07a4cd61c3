//! Whoever sent a form sees on the next page what it has changed, wherever that is read (`app::listings`).

use super::session::services;
use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
};
use app::Viewer;

/// The form that only turns pages.
const TURNS_PAGES: &str = "/library";

/// Marks the user who sent a form, before it is answered.
pub(crate) async fn mark_changes<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let changes = request.method() == Method::POST && request.path() != TURNS_PAGES;
    let response = next.call(request).await?;
    let user = response.request().extensions().get::<Viewer>().filter(|_| changes).map(|viewer| viewer.user.id);
    if let Some(user) = user {
        services(response.request())?.listings.changed(user).await;
    }
    Ok(response)
}
