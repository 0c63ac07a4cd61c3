//! `/`: the start page.

use super::views;
use actix_web::{HttpResponse, web};
use app::Services;

/// The start page.
pub(super) async fn home(services: web::Data<Services>) -> HttpResponse {
    views::page(HttpResponse::Ok(), &views::Home { public_url: services.public_url.clone() })
}
