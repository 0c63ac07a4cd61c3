//! Registers the routes that monitoring asks.

use super::{health, metrics_route};
use actix_web::web;

/// Registers the routes.
pub(crate) fn configure(app: &mut web::ServiceConfig) {
    app.configure(health::configure).configure(metrics_route::configure);
}
