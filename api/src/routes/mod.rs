//! The routes, one file each.

mod asset_page;
mod assets;
mod download_link;
mod files;
mod gallery;
mod graphiql;
mod graphql;
mod graphql_ws;
mod health;
mod home;
mod link_page;
mod metrics;
mod multipart;
mod view_model;

pub(crate) use graphql_ws::OpenSockets;
pub(crate) use multipart::Slots;

use crate::page_error::PageError;
use actix_web::{HttpResponse, web};

/// Registers every route.
pub(crate) fn configure(app: &mut web::ServiceConfig) {
    app.configure(configure_inner)
        .configure(home::configure)
        .configure(assets::configure)
        .configure(graphiql::configure)
        .configure(graphql::configure)
        .configure(graphql_ws::configure)
        .configure(link_page::configure)
        .configure(download_link::configure)
        .configure(asset_page::configure);
}

/// Registers what tells how the process is.
pub(crate) fn configure_inner(app: &mut web::ServiceConfig) {
    app.configure(health::configure).configure(metrics::configure);
}

/// What every path that leads nowhere answers; dead and unknown links answer the same.
pub(crate) async fn not_found() -> Result<HttpResponse, PageError> {
    Err(PageError::NotFound)
}
