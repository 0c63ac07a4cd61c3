//! `/assets/…`: the stylesheets of the pages and the placeholders. They are part of the binary.

use super::PageError;
use actix_web::{
    HttpResponse,
    http::header::{self, HeaderValue},
    web,
};
use domain::AssetKind;

const STYLESHEET: &str = include_str!("../../assets/pages.css");

/// The stylesheet of all pages.
pub(super) async fn stylesheet() -> HttpResponse {
    constant("text/css; charset=utf-8", STYLESHEET)
}

/// What the pages of signed-in users add to it.
pub(super) async fn workspace_stylesheet() -> HttpResponse {
    constant("text/css; charset=utf-8", include_str!("../../assets/workspace.css"))
}

/// What the pages of public links add to it.
pub(super) async fn gallery_stylesheet() -> HttpResponse {
    constant("text/css; charset=utf-8", include_str!("../../assets/gallery/gallery.css"))
}

/// A script of the pages of public links. Every page works without them.
pub(super) async fn gallery_script(name: web::Path<String>) -> Result<HttpResponse, PageError> {
    let script = match name.as_str() {
        "gallery" => include_str!("../../assets/gallery/gallery.js"),
        "grid" => include_str!("../../assets/gallery/grid.js"),
        "keys" => include_str!("../../assets/gallery/keys.js"),
        "member" => include_str!("../../assets/gallery/member.js"),
        "notice" => include_str!("../../assets/gallery/notice.js"),
        "pages" => include_str!("../../assets/gallery/pages.js"),
        "rows" => include_str!("../../assets/gallery/rows.js"),
        "selection" => include_str!("../../assets/gallery/selection.js"),
        "viewer" => include_str!("../../assets/gallery/viewer.js"),
        "zoom" => include_str!("../../assets/gallery/zoom.js"),
        _ => return Err(PageError::NotFound),
    };
    Ok(constant("text/javascript; charset=utf-8", script))
}

/// A script of the pages of signed-in users. Every page works without them.
pub(super) async fn script(name: web::Path<String>) -> Result<HttpResponse, PageError> {
    let script = match name.as_str() {
        "copy" => include_str!("../../assets/copy.js"),
        "once" => include_str!("../../assets/once.js"),
        "password" => include_str!("../../assets/password.js"),
        "reveal" => include_str!("../../assets/reveal.js"),
        "selection" => include_str!("../../assets/selection.js"),
        "selected" => include_str!("../../assets/selected.js"),
        "clear-selection" => include_str!("../../assets/clear-selection.js"),
        _ => return Err(PageError::NotFound),
    };
    Ok(constant("text/javascript; charset=utf-8", script))
}

/// The icon.
pub(super) async fn icon() -> HttpResponse {
    constant("image/svg+xml", include_str!("../../assets/icon.svg"))
}

/// A file that is part of the binary.
fn constant(content_type: &str, body: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(body)
}

/// The placeholder for assets of a kind, for pages of other sites.
pub(super) async fn placeholder_of(kind: web::Path<String>) -> Result<HttpResponse, PageError> {
    let kind = AssetKind::ALL.iter().find(|known| known.as_str().to_ascii_lowercase() == *kind);
    let mut response = placeholder(*kind.ok_or(PageError::NotFound)?, false);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok(response)
}

/// A placeholder for a picture that is still being made, or that the asset does not have.
pub(super) fn placeholder(kind: AssetKind, pending: bool) -> HttpResponse {
    let picture = match (pending, kind) {
        (true, _) => include_str!("../../assets/placeholder-pending.svg"),
        (false, AssetKind::Image) => include_str!("../../assets/placeholder-image.svg"),
        (false, AssetKind::Video) => include_str!("../../assets/placeholder-video.svg"),
        (false, AssetKind::Audio) => include_str!("../../assets/placeholder-audio.svg"),
        (false, AssetKind::Document) => include_str!("../../assets/placeholder-document.svg"),
        (false, AssetKind::Other) => include_str!("../../assets/placeholder-other.svg"),
    };
    HttpResponse::Ok()
        .content_type("image/svg+xml")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"))
        .body(picture)
}
