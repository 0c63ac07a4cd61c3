//! Registers the routes of pages.

use super::{PageError, asset_page, download_link, home, link_page, static_files};
use actix_web::{HttpResponse, web};

/// Registers them.
pub(crate) fn configure(app: &mut web::ServiceConfig) {
    app.configure(home::configure)
        .configure(static_files::configure)
        .configure(link_page::configure)
        .configure(download_link::configure)
        .configure(asset_page::configure);
}

/// The answer to every path that leads nowhere; dead and unknown links answer the same.
pub(crate) async fn not_found() -> Result<HttpResponse, PageError> {
    Err(PageError::NotFound)
}
