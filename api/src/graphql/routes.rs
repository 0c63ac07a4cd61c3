//! Registers the routes of GraphQL and of the playground.

use super::{endpoint, graphiql, ws};
use actix_web::web;

/// Registers the routes.
pub(crate) fn configure(app: &mut web::ServiceConfig) {
    app.configure(graphiql::configure).configure(endpoint::configure).configure(ws::configure);
}
