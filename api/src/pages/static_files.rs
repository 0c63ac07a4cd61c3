//! `/assets/…`: the stylesheets and scripts of the pages, and the placeholders. They are part of the binary.

use super::PageError;
use crate::http::StaticFile;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web,
};
use domain::AssetKind;

static PAGES: StaticFile = StaticFile::css(include_str!("../../assets/pages.css"));
static WORKSPACE: StaticFile = StaticFile::css(include_str!("../../assets/workspace.css"));
static GALLERY: StaticFile = StaticFile::css(include_str!("../../assets/gallery/gallery.css"));
static ICON: StaticFile = StaticFile::svg(include_str!("../../assets/icon.svg"));

/// The scripts of the pages of public links. Every page works without them.
pub(super) static GALLERY_SCRIPTS: [(&str, StaticFile); 27] = [
    ("about", StaticFile::script(include_str!("../../assets/gallery/about.js"))),
    ("become", StaticFile::script(include_str!("../../assets/gallery/become.js"))),
    ("buttons", StaticFile::script(include_str!("../../assets/gallery/buttons.js"))),
    ("drawing", StaticFile::script(include_str!("../../assets/gallery/drawing.js"))),
    ("downloads", StaticFile::script(include_str!("../../assets/gallery/downloads.js"))),
    ("gallery", StaticFile::script(include_str!("../../assets/gallery/gallery.js"))),
    ("gestures", StaticFile::script(include_str!("../../assets/gallery/gestures.js"))),
    ("grid", StaticFile::script(include_str!("../../assets/gallery/grid.js"))),
    ("head", StaticFile::script(include_str!("../../assets/gallery/head.js"))),
    ("keys", StaticFile::script(include_str!("../../assets/gallery/keys.js"))),
    ("kept", StaticFile::script(include_str!("../../assets/gallery/kept.js"))),
    ("member", StaticFile::script(include_str!("../../assets/gallery/member.js"))),
    ("notice", StaticFile::script(include_str!("../../assets/gallery/notice.js"))),
    ("pages", StaticFile::script(include_str!("../../assets/gallery/pages.js"))),
    ("person", StaticFile::script(include_str!("../../assets/gallery/person.js"))),
    ("photos", StaticFile::script(include_str!("../../assets/gallery/photos.js"))),
    ("player", StaticFile::script(include_str!("../../assets/gallery/player.js"))),
    ("rows", StaticFile::script(include_str!("../../assets/gallery/rows.js"))),
    ("rush", StaticFile::script(include_str!("../../assets/gallery/rush.js"))),
    ("selection", StaticFile::script(include_str!("../../assets/gallery/selection.js"))),
    ("slides", StaticFile::script(include_str!("../../assets/gallery/slides.js"))),
    ("slideshow", StaticFile::script(include_str!("../../assets/gallery/slideshow.js"))),
    ("swipe", StaticFile::script(include_str!("../../assets/gallery/swipe.js"))),
    ("texts", StaticFile::script(include_str!("../../assets/gallery/texts.js"))),
    ("to_top", StaticFile::script(include_str!("../../assets/gallery/to_top.js"))),
    ("viewer", StaticFile::script(include_str!("../../assets/gallery/viewer.js"))),
    ("zoom", StaticFile::script(include_str!("../../assets/gallery/zoom.js"))),
];

/// The scripts that are not those of a page, but loaded by the page of a gallery.
pub(super) fn gallery_modules() -> Vec<&'static str> {
    GALLERY_SCRIPTS
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !["gallery", "member", "person"].contains(name))
        .collect()
}

/// The scripts of the pages of signed-in users. Every page works without them.
static SCRIPTS: [(&str, StaticFile); 7] = [
    ("copy", StaticFile::script(include_str!("../../assets/copy.js"))),
    ("once", StaticFile::script(include_str!("../../assets/once.js"))),
    ("password", StaticFile::script(include_str!("../../assets/password.js"))),
    ("reveal", StaticFile::script(include_str!("../../assets/reveal.js"))),
    ("selection", StaticFile::script(include_str!("../../assets/selection.js"))),
    ("selected", StaticFile::script(include_str!("../../assets/selected.js"))),
    ("clear-selection", StaticFile::script(include_str!("../../assets/clear-selection.js"))),
];

/// The stylesheet of all pages.
pub(super) async fn stylesheet(request: HttpRequest) -> HttpResponse {
    PAGES.answer(&request)
}

/// What the pages of signed-in users add to it.
pub(super) async fn workspace_stylesheet(request: HttpRequest) -> HttpResponse {
    WORKSPACE.answer(&request)
}

/// What the pages of public links add to it.
pub(super) async fn gallery_stylesheet(request: HttpRequest) -> HttpResponse {
    GALLERY.answer(&request)
}

/// A script of the pages of public links.
pub(super) async fn gallery_script(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, PageError> {
    named(&GALLERY_SCRIPTS, &request, &name)
}

/// A script of the pages of signed-in users.
pub(super) async fn script(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, PageError> {
    named(&SCRIPTS, &request, &name)
}

/// The icon.
pub(super) async fn icon(request: HttpRequest) -> HttpResponse {
    ICON.answer(&request)
}

fn named(files: &'static [(&str, StaticFile)], request: &HttpRequest, name: &str) -> Result<HttpResponse, PageError> {
    let file = files.iter().find(|(known, _)| *known == name);
    file.map(|(_, file)| file.answer(request)).ok_or(PageError::NotFound)
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
