//! Registers the routes that tell how the process is.

use super::{health, metrics_route};
use actix_web::web;

/// Registers them.
pub(crate) fn configure(app: &mut web::ServiceConfig) {
    app.configure(health::configure).configure(metrics_route::configure);
}
