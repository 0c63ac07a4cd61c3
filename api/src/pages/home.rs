//! `/`: the start page.

use super::templates;
use actix_web::{HttpResponse, web};
use app::Services;

/// The start page.
pub(super) async fn home(services: web::Data<Services>) -> HttpResponse {
    templates::page(HttpResponse::Ok(), &templates::Home { public_url: services.public_url.clone() })
}
