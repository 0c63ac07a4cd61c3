//! Registers every route.

use crate::{graphql, monitoring, pages};
use actix_web::web;

/// Registers every route.
pub(super) fn configure(app: &mut web::ServiceConfig) {
    app.configure(monitoring::configure).configure(graphql::configure).configure(pages::configure);
}
