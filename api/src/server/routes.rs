//! Registers every route.

use crate::{graphql, monitoring, pages};
use actix_web::web;

/// Registers every route; that of metrics only if they have no address of their own.
pub(super) fn configure(app: &mut web::ServiceConfig, with_metrics: bool) {
    app.configure(pages::configure_links);
    app.configure(if with_metrics { monitoring::configure } else { monitoring::configure_health });
    app.configure(graphql::configure).configure(pages::configure);
}
