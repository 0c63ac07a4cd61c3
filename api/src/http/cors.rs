//! Lets pages of all sites read files whose URL is the only key to them. Cookies are not sent along, because the answer
//! does not allow it; a page that knows the URL can fetch the file anyway, from its own server.

use actix_web::{
    HttpResponse, Resource,
    dev::HttpServiceFactory,
    http::{Method, header},
    middleware::DefaultHeaders,
    web,
};

/// The headers that scripts may read: what they need to resume a download, and to save it under its name.
const EXPOSED: &str =
    "accept-ranges, content-disposition, content-length, content-range, etag, last-modified, retry-after";

/// A resource that pages of all sites may fetch and show.
pub(crate) fn for_all_origins(resource: Resource) -> impl HttpServiceFactory {
    let headers = DefaultHeaders::new()
        .add((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .add((header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED))
        .add((header::CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin"));
    resource.route(web::method(Method::OPTIONS).to(preflight)).wrap(headers)
}

/// Allows the headers of conditional requests and of ranges.
async fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "range, if-range, if-match, if-none-match"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "86400"))
        .finish()
}
