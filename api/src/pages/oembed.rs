//! `/oembed`: tells other sites how to embed a public link without a password (<https://oembed.com>). All other links are
//! answered as if there were none.

use super::{PageError, link_path::LinkPath, open_graph, open_link::open};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL},
    web,
};
use app::{
    Services,
    links::{EMBED_SIZE, embed_code},
    visitor::{RequestedFile, Visit},
};
use domain::{
    LinkKind,
    access::{Permit, Resource},
};
use serde::{Deserialize, Serialize};
use url::Url;

/// For how many seconds a site may show what it was told.
const CACHE_AGE: u32 = 300;

/// What a site asks for.
#[derive(Deserialize)]
pub(super) struct Question {
    url: Option<String>,
    maxwidth: Option<String>,
    maxheight: Option<String>,
    format: Option<String>,
}

/// The answer, by the names of the specification.
#[derive(Serialize)]
struct Embed {
    version: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    provider_name: &'static str,
    provider_url: String,
    cache_age: u32,
    html: String,
    width: i32,
    height: i32,
    #[serde(flatten)]
    thumbnail: Option<Thumbnail>,
}

#[derive(Serialize)]
struct Thumbnail {
    #[serde(rename = "thumbnail_url")]
    url: String,
    #[serde(rename = "thumbnail_width")]
    width: i32,
    #[serde(rename = "thumbnail_height")]
    height: i32,
}

/// How to embed the link of this URL.
pub(super) async fn oembed(
    request: HttpRequest,
    services: web::Data<Services>,
    question: web::Query<Question>,
) -> Result<HttpResponse, PageError> {
    let Question { url, maxwidth, maxheight, format } = question.into_inner();
    if format.is_some_and(|format| format != "json") {
        return Ok(HttpResponse::NotImplemented().content_type("text/plain").body("The only format is json."));
    }
    let (Ok(width), Ok(height)) = (edge(maxwidth), edge(maxheight)) else {
        let text = "maxwidth and maxheight are whole numbers of pixels, at least 1.";
        return Ok(HttpResponse::BadRequest().content_type("text/plain").body(text));
    };
    // A URL that is none of ours is answered like a token that nobody has.
    let token = url.as_deref().and_then(|url| token(&services, url)).unwrap_or_default();
    let path = LinkPath { token: &token, embedded: true };
    let visit = open(&request, &services, (&token, LinkKind::Public), RequestedFile::default()).await?;
    let permit = visit.decide(Resource::Page).map_err(|_| PageError::NotFound)?;
    if !answers(&visit, permit) {
        return Err(PageError::NotFound);
    }
    let answer = answer(&visit, permit, &services, path, (width, height)).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    // Any page may ask: the answer holds nothing that depends on who asks.
    response.insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*")).insert_header(("x-robots-tag", "noindex"));
    Ok(response.json(answer))
}

async fn answer(
    visit: &Visit<'_>,
    permit: Permit,
    services: &Services,
    path: LinkPath<'_>,
    (max_width, max_height): (i32, i32),
) -> Result<Embed, PageError> {
    let (width, height) = (EMBED_SIZE.0.min(max_width), EMBED_SIZE.1.min(max_height));
    let html = embed_code(services, visit.link(permit), (width, height), false)?;
    let cover = visit.cover(None).await?.map(|cover| open_graph::image(services, path, None, &cover));
    let fitting = cover.filter(|cover| cover.width <= max_width && cover.height <= max_height);
    Ok(Embed {
        version: "1.0",
        kind: "rich",
        title: visit.link(permit).settings.name.clone(),
        provider_name: "Vitrine",
        provider_url: services.public_url.clone(),
        cache_age: CACHE_AGE,
        html: html.ok_or(PageError::NotFound)?,
        width,
        height,
        thumbnail: fitting.map(|cover| Thumbnail { url: cover.url, width: cover.width, height: cover.height }),
    })
}

/// Whether sites are told how to embed this link: a frame of another site cannot be unlocked everywhere.
pub(super) fn answers(visit: &Visit<'_>, permit: Permit) -> bool {
    visit.link(permit).password_hash.is_none()
}

/// The URL at which sites ask about a link.
pub(super) fn url(services: &Services, path: LinkPath<'_>) -> String {
    let page = format!("{}{}", services.public_url, path.page()).replace(':', "%3A").replace('/', "%2F");
    format!("{}/oembed?url={page}&format=json", services.public_url)
}

/// The token in the URL of a public link, or of its page for frames.
fn token(services: &Services, url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(|url| url.origin().ascii_serialization() == services.public_url)?;
    let path = url.path().strip_prefix("/s/")?.trim_end_matches('/');
    Some(path.strip_suffix("/embed").unwrap_or(path)).filter(|token| !token.contains('/')).map(str::to_owned)
}

/// The most pixels that a site allows; without a limit, any number.
fn edge(text: Option<String>) -> Result<i32, ()> {
    match text {
        None => Ok(i32::MAX),
        Some(text) => text.parse().ok().filter(|edge| *edge >= 1).ok_or(()),
    }
}
