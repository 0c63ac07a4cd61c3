//! The pages, as templates and what goes into them. Whatever is shown is escaped by the template engine.

use actix_web::{HttpResponse, HttpResponseBuilder, http::header};
use askama::Template;

/// What a page may load and where it may be shown: nothing of others, and in no frame.
const POLICY: &str = "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The same, for a page that is made for frames.
const EMBEDDED_POLICY: &str = "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors *";

/// A file that a page offers.
pub(crate) struct DownloadView {
    pub(crate) label: String,
    pub(crate) url: String,
    pub(crate) detail: String,
}

/// What a page shows of an asset.
pub(crate) struct AssetView {
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) picture_url: Option<String>,
    /// A video to be played in place of the picture.
    pub(crate) video_url: Option<String>,
    pub(crate) width: Option<i32>,
    pub(crate) height: Option<i32>,
    /// The picture is being made.
    pub(crate) pending: bool,
    /// A small picture, or a placeholder.
    pub(crate) thumbnail_url: String,
    pub(crate) downloads: Vec<DownloadView>,
}

/// What messengers show of a link.
pub(crate) struct OgView {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) image_url: Option<String>,
    pub(crate) page_url: String,
}

/// The page of a public link.
#[derive(Template)]
#[template(path = "link.html")]
pub(crate) struct LinkPage {
    pub(crate) workspace_name: String,
    pub(crate) name: String,
    pub(crate) expires: Option<String>,
    pub(crate) asset: AssetView,
    /// The page of the whole collection, where this is one of its assets.
    pub(crate) back_url: Option<String>,
    pub(crate) og: Option<OgView>,
    /// Seconds since 1970: when it was first opened, where its picture is not there yet.
    pub(crate) waiting_since: i64,
}

/// An asset among others.
pub(crate) struct MemberView {
    pub(crate) page_url: String,
    pub(crate) asset: AssetView,
}

/// The page of a link to a collection.
#[derive(Template)]
#[template(path = "gallery.html")]
pub(crate) struct GalleryPage {
    pub(crate) workspace_name: String,
    pub(crate) name: String,
    pub(crate) expires: Option<String>,
    pub(crate) count: i64,
    pub(crate) members: Vec<MemberView>,
    pub(crate) first_url: Option<String>,
    pub(crate) next_url: Option<String>,
    pub(crate) og: Option<OgView>,
}

/// The form that asks for a link's password. It tells nothing of the link.
#[derive(Template)]
#[template(path = "unlock.html")]
pub(crate) struct Unlock {
    pub(crate) action: String,
    pub(crate) error: Option<String>,
}

/// The form before an internal link.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignIn {
    pub(crate) action: String,
    pub(crate) error: Option<String>,
}

/// An asset, for signed-in users.
#[derive(Template)]
#[template(path = "asset.html")]
pub(crate) struct AssetPage {
    pub(crate) workspace_name: String,
    pub(crate) number: String,
    pub(crate) asset: AssetView,
    pub(crate) facts: Vec<(String, String)>,
    pub(crate) user_name: String,
    pub(crate) sign_out_action: String,
}

/// A few words instead of a page.
#[derive(Template)]
#[template(path = "message.html")]
pub(crate) struct Message {
    pub(crate) heading: String,
    pub(crate) text: String,
}

/// Where to go from here.
#[derive(Template)]
#[template(path = "home.html")]
pub(crate) struct Home {
    pub(crate) public_url: String,
}

/// Sends a page.
pub(crate) fn page(response: HttpResponseBuilder, template: &dyn askama::DynTemplate) -> HttpResponse {
    render(response, template, POLICY)
}

/// Sends a page that other sites may show in a frame.
pub(crate) fn embedded(response: HttpResponseBuilder, template: &dyn askama::DynTemplate) -> HttpResponse {
    render(response, template, EMBEDDED_POLICY)
}

fn render(mut response: HttpResponseBuilder, template: &dyn askama::DynTemplate, policy: &str) -> HttpResponse {
    match template.dyn_render() {
        Ok(html) => response
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_SECURITY_POLICY, policy))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            // An address is a key and goes to no other site; our own forms are told by their origin.
            .insert_header((header::REFERRER_POLICY, "same-origin"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header(("x-robots-tag", "noindex"))
            .body(html),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            HttpResponse::InternalServerError().finish()
        }
    }
}
