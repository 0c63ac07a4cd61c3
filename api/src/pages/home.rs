//! `/`: where to go from here.

use super::views;
use actix_web::{HttpResponse, web};
use app::Services;

pub(super) fn configure(app: &mut web::ServiceConfig) {
    app.route("/", web::get().to(home));
}

async fn home(services: web::Data<Services>) -> HttpResponse {
    views::page(HttpResponse::Ok(), &views::Home { public_url: services.public_url.clone() })
}
