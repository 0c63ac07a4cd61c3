//! `/metrics`: for Prometheus. The answer has counts and names of routes and jobs, and no data of users.

use super::metrics::Metrics;
use crate::http::get_and_head;
use actix_web::{HttpResponse, web};
use app::Services;

pub(crate) fn configure(app: &mut web::ServiceConfig) {
    app.service(get_and_head("/metrics", metrics));
}

async fn metrics(metrics: web::Data<Metrics>, services: web::Data<Services>) -> HttpResponse {
    match metrics.text(&services.listings).await {
        Ok(text) => HttpResponse::Ok().content_type(prometheus::TEXT_FORMAT).body(text),
        Err(error) => {
            tracing::error!(%error, "metrics cannot be written");
            HttpResponse::InternalServerError().finish()
        }
    }
}
