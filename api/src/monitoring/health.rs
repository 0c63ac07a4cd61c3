//! `/healthz` (the process lives) and `/readyz` (it can serve).

use crate::http::get_and_head;
use actix_web::{HttpResponse, web};
use app::Services;
use std::time::Duration;
use tokio::time::timeout;

/// How long Postgres may take to answer.
const READY_WITHIN: Duration = Duration::from_secs(2);

const TEXT: &str = "text/plain; charset=utf-8";

pub(super) fn configure(app: &mut web::ServiceConfig) {
    app.service(get_and_head("/healthz", alive)).service(get_and_head("/readyz", ready));
}

async fn alive() -> &'static str {
    "ok\n"
}

/// Serving needs Postgres only.
async fn ready(services: web::Data<Services>) -> HttpResponse {
    let asked = async {
        let mut conn = services.pool.get().await.map_err(|error| error.to_string())?;
        schema::ping(&mut conn).await.map_err(|error| error.to_string())
    };
    match timeout(READY_WITHIN, asked).await.unwrap_or_else(|_| Err("no answer in time".to_owned())) {
        Ok(()) => HttpResponse::Ok().content_type(TEXT).body("ready\n"),
        Err(error) => {
            tracing::warn!(error, "not ready");
            HttpResponse::ServiceUnavailable().content_type(TEXT).body("the database does not answer\n")
        }
    }
}
