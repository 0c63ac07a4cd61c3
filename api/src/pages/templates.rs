//! The templates of pages, and the values in them. The template engine escapes every value.

use super::{
    brand::Brand,
    gallery::{Banner, Tile},
    texts::{LanguageLink, Texts},
};
use actix_web::{HttpResponse, HttpResponseBuilder, http::header};
use app::visitor::Visit;
use askama::Template;
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// A page loads nothing from other sites. The style sheet within the page and the sites that may show it in a frame
/// follow.
const POLICY: &str = "default-src 'none'; img-src 'self' data:; media-src 'self'; form-action 'self'; \
    base-uri 'none'; style-src 'self'";

/// A page with scripts has ours, which ask this server only.
const SCRIPTS: &str = "; script-src 'self'; connect-src 'self'";

/// The frames in which a page may be shown.
pub(super) enum Frames {
    /// None.
    None,
    /// Those of these sites, as the policy names them.
    Of(String),
}

impl Frames {
    /// The frames for a page of a link: those that the link's workspace allows, if the page is made for frames.
    pub(super) fn of(is_embedded: bool, visit: &Visit<'_>) -> Self {
        match visit.embed_origins() {
            _ if !is_embedded => Self::None,
            None => Self::of_all_sites(),
            Some(origins) => Self::Of(origins.collect::<Vec<_>>().join(" ")),
        }
    }

    /// Frames of any site.
    pub(super) fn of_all_sites() -> Self {
        Self::Of("*".to_owned())
    }
}

/// A file that a page offers.
pub(super) struct DownloadView {
    pub(super) label: String,
    pub(super) url: String,
    pub(super) detail: String,
}

/// What a page shows of an asset.
pub(super) struct AssetView {
    pub(super) title: String,
    /// The text that stands for the picture: the alternative text, or else the title.
    pub(super) alt: String,
    pub(super) description: Option<String>,
    pub(super) kind: String,
    pub(super) picture_url: Option<String>,
    /// The picture in several sizes, as `srcset` lists them, where a larger one may be shown.
    pub(super) sources: Option<String>,
    /// The video to be played in place of the picture, in the sizes that the page shows, the largest first.
    pub(super) videos: Vec<VideoView>,
    /// The sound of a recording.
    pub(super) sound_url: Option<String>,
    /// The captions of the video.
    pub(super) tracks: Vec<TrackView>,
    pub(super) width: Option<i32>,
    pub(super) height: Option<i32>,
    /// The picture or the sound is being made.
    pub(super) pending: bool,
    /// The video is being made; its poster is shown until then.
    pub(super) video_pending: bool,
    pub(super) downloads: Vec<DownloadView>,
}

/// A video in one size.
pub(super) struct VideoView {
    pub(super) url: String,
    pub(super) media_type: String,
    /// How people name the size: `480p`.
    pub(super) quality: String,
    /// On which screens it is played, as a media query; none: on all that no other is for.
    pub(super) screens: Option<&'static str>,
}

/// The captions of a video.
pub(super) struct TrackView {
    pub(super) url: String,
    /// A tag of BCP 47.
    pub(super) language: Option<String>,
    pub(super) label: String,
}

/// What the owner of a link wrote about it.
pub(super) struct DescriptionView {
    pub(super) whole: String,
    /// Its beginning, if it is long.
    pub(super) short: Option<String>,
}

/// The archives that a page offers.
pub(super) struct ArchiveView {
    pub(super) url: String,
    /// How many files the largest has, and their size; none while there are none.
    pub(super) detail: Option<String>,
    /// Which of the files can be chosen: values of the parameter `version`, and labels. Empty where there is no choice.
    pub(super) versions: Vec<(String, String)>,
    /// What the visitor has to know before.
    pub(super) notes: Vec<String>,
}

/// The preview that messengers show of a link.
pub(super) struct OgView {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) image: Option<OgImage>,
    pub(super) page_url: String,
    /// Where sites ask how to embed the link, if they are told.
    pub(super) oembed_url: Option<String>,
}

/// The picture of such a preview.
pub(super) struct OgImage {
    pub(super) url: String,
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) alt: String,
}

/// The page of a public link.
#[derive(Template)]
#[template(path = "link.html")]
pub(super) struct LinkPage {
    pub(super) texts: Texts,
    pub(super) languages: Vec<LanguageLink>,
    pub(super) brand: Brand,
    pub(super) name: String,
    /// What the creator wrote about a link to one asset.
    pub(super) about: Option<String>,
    /// The name of whoever shared the asset, if visitors are told.
    pub(super) shared_by: Option<String>,
    pub(super) expires: Option<String>,
    pub(super) downloads_left: Option<String>,
    /// What is said when no download is left.
    pub(super) used_up: Option<String>,
    pub(super) asset: AssetView,
    /// What is known of the asset: names and values.
    pub(super) facts: Vec<(String, String)>,
    /// All files of the asset in one archive, where there are several.
    pub(super) archive: Option<ArchiveView>,
    /// The page of the whole collection, if the asset is one of its members.
    pub(super) back_url: Option<String>,
    /// Its place there, if it is known.
    pub(super) place: Option<PlaceView>,
    pub(super) og: Option<OgView>,
    /// Where the page loads itself again without being counted; only used while its picture is being made.
    pub(super) waiting_url: String,
}

/// The links from one page of a gallery to others.
pub(super) struct Pager {
    pub(super) page: i64,
    /// The number of the last page, if it is known.
    pub(super) last: Option<i64>,
    pub(super) first_url: Option<String>,
    pub(super) previous_url: Option<String>,
    pub(super) next_url: Option<String>,
    pub(super) last_url: Option<String>,
}

/// The place of an asset among the members of a collection.
pub(super) struct PlaceView {
    /// `3 of 12`.
    pub(super) text: String,
    pub(super) previous_url: Option<String>,
    pub(super) next_url: Option<String>,
}

/// What a search found.
pub(super) struct FoundView {
    pub(super) text: String,
    /// A label and an address: where what is not sure is shown or left out, if people are searched for.
    pub(super) other: Option<(String, String)>,
    /// How many members have not been looked at yet, if people are searched for.
    pub(super) unsearched: Option<String>,
    /// The label of the button that downloads all that the link has, and not only what was found.
    pub(super) download: String,
}

/// The page of a link to a collection.
#[derive(Template)]
#[template(path = "gallery.html")]
pub(super) struct GalleryPage {
    pub(super) texts: Texts,
    pub(super) languages: Vec<LanguageLink>,
    pub(super) brand: Brand,
    pub(super) name: String,
    /// The cover behind the name.
    pub(super) banner: Option<Banner>,
    pub(super) description: Option<DescriptionView>,
    /// The name of whoever shared it, if visitors are told.
    pub(super) shared_by: Option<String>,
    pub(super) expires: Option<String>,
    pub(super) downloads_left: Option<String>,
    /// What is said when no download is left.
    pub(super) used_up: Option<String>,
    /// How many downloads are left, if they are limited, for the script.
    pub(super) left: Option<i32>,
    /// How many members there are.
    pub(super) items: String,
    /// What is wrong with the choice among the faces of a photo.
    pub(super) note: Option<String>,
    /// The selection of all that was found, if this page shows it, and the label of the button that downloads it.
    pub(super) these: Option<(String, String)>,
    /// What the search found, if there is one.
    pub(super) found: Option<FoundView>,
    /// None, if the link hands out nothing.
    pub(super) archive: Option<ArchiveView>,
    pub(super) tiles: Vec<Tile>,
    /// Whether tiles can be selected for an archive.
    pub(super) has_choices: bool,
    /// The names of the scripts that the page's own loads, so that all are asked for at once.
    pub(super) modules: Vec<&'static str>,
    /// The colours of the brand, and the shapes and colours of the pictures, which the template engine must not escape:
    /// numbers only.
    pub(super) style: String,
    pub(super) pager: Option<Pager>,
    /// Where the script asks for the shapes of all members, if there are not too many.
    pub(super) layout_url: Option<String>,
    /// How many members are shown on all pages; 0: too many to be counted.
    pub(super) count: i64,
    /// The place of the first tile.
    pub(super) first: i64,
    /// Whether there is a field to search.
    pub(super) may_search: bool,
    pub(super) search: String,
    /// Value, label, and whether it is the present one.
    pub(super) orders: Vec<(&'static str, String, bool)>,
    /// The path of the gallery.
    pub(super) here: String,
    /// The gallery without a search, in the usual order.
    pub(super) whole_url: String,
    /// Where visitors search for a person, if they may.
    pub(super) person_url: Option<String>,
    /// Whether the page is in a frame.
    pub(super) is_framed: bool,
    /// Whether it is told already that nothing was found.
    pub(super) is_told: bool,
    /// The people who are searched for, as fields of a form.
    pub(super) people: Vec<(&'static str, String)>,
    /// The language that is kept in the addresses of frames.
    pub(super) language: Option<String>,
    pub(super) og: Option<OgView>,
}

/// The form that takes a photo of a person to search for.
#[derive(Template)]
#[template(path = "person.html")]
pub(super) struct PersonPage {
    pub(super) texts: Texts,
    pub(super) languages: Vec<LanguageLink>,
    pub(super) brand: Brand,
    /// The name of the link.
    pub(super) name: String,
    /// The gallery.
    pub(super) gallery_url: String,
    pub(super) action: String,
    pub(super) error: Option<String>,
    /// Whether the visitor has agreed already.
    pub(super) has_agreed: bool,
    /// Several faces of a photo, of which the visitor chooses.
    pub(super) choice: Option<Choice>,
}

/// The faces of a photo, of which the visitor chooses.
pub(super) struct Choice {
    pub(super) faces: Vec<FaceView>,
    /// Whether there are more of them in the photo.
    pub(super) has_more: bool,
}

/// A face in a photo.
pub(super) struct FaceView {
    /// The face, sealed.
    pub(super) value: String,
    /// Its picture, as a `data:` URL.
    pub(super) picture: String,
    /// What is read out.
    pub(super) label: String,
}

/// The form that asks for a link's password. It shows nothing of the link, not even whose it is.
#[derive(Template)]
#[template(path = "unlock.html")]
pub(super) struct Unlock {
    pub(super) texts: Texts,
    pub(super) languages: Vec<LanguageLink>,
    pub(super) action: String,
    /// The page to which the right password leads, if the form is on several.
    pub(super) back: Option<String>,
    pub(super) error: Option<String>,
    /// In a frame: the page of the link, to be opened outside of it.
    pub(super) page_url: Option<String>,
}

/// A short message instead of a page.
#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct Message {
    pub(super) texts: Texts,
    pub(super) heading: String,
    pub(super) text: String,
    /// The page to go back to.
    pub(super) back: Option<String>,
}

/// The start page.
#[derive(Template)]
#[template(path = "home.html")]
pub(super) struct Home {
    pub(super) public_url: String,
}

/// Sends a page that is shown in no frame.
pub(super) fn page(response: HttpResponseBuilder, template: &dyn askama::DynTemplate) -> HttpResponse {
    page_in(Frames::None, response, template, None)
}

/// Sends a page that may be shown in these frames, and may have one style sheet within it, which is allowed by its hash.
pub(super) fn page_in(
    frames: Frames,
    response: HttpResponseBuilder,
    template: &dyn askama::DynTemplate,
    style: Option<&str>,
) -> HttpResponse {
    render(response, template, &format!("{POLICY}{}{}", allowed(style), ancestors(frames)))
}

/// Sends a page that is shown in no frame, and may have scripts of ours.
pub(super) fn scripted_page(response: HttpResponseBuilder, template: &dyn askama::DynTemplate) -> HttpResponse {
    scripted_page_in(Frames::None, response, template, None)
}

/// Sends a page that may be shown in these frames, may have scripts of ours, and may have one style sheet within it,
/// which is allowed by its hash.
pub(super) fn scripted_page_in(
    frames: Frames,
    response: HttpResponseBuilder,
    template: &dyn askama::DynTemplate,
    style: Option<&str>,
) -> HttpResponse {
    render(response, template, &format!("{POLICY}{}{SCRIPTS}{}", allowed(style), ancestors(frames)))
}

/// The hash of the style sheet within a page, as the policy names it.
fn allowed(style: Option<&str>) -> String {
    let style = style.filter(|style| !style.is_empty());
    style.map_or_else(String::new, |style| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(style))))
}

fn ancestors(frames: Frames) -> String {
    match frames {
        Frames::None => "; frame-ancestors 'none'".to_owned(),
        Frames::Of(sites) => format!("; frame-ancestors {sites}"),
    }
}

fn render(mut response: HttpResponseBuilder, template: &dyn askama::DynTemplate, policy: &str) -> HttpResponse {
    match template.dyn_render() {
        Ok(html) => response
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CONTENT_SECURITY_POLICY, policy))
            // The address of a link opens it, so that other sites must not see it. Our own forms are known by their
            // origin.
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
