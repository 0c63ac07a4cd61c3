//! Registers the routes that monitoring asks.

use super::{health, metrics_route};
use actix_web::web;

/// Registers all routes.
pub(crate) fn configure(app: &mut web::ServiceConfig) {
    app.configure(health::configure).configure(metrics_route::configure);
}

/// Registers the routes without that of metrics.
pub(crate) fn configure_health(app: &mut web::ServiceConfig) {
    app.configure(health::configure);
}
