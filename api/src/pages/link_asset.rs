//! `/s/{token}/assets/{asset}` and `/s/{token}/embed/{asset}`: the page of one asset under a public link.

use super::{
    PageError, archive_view,
    brand::Brand,
    fields::Fields,
    gallery::{GalleryQuery, PAGE},
    link_path::LinkPath,
    open_graph,
    open_link::open,
    templates::{self, Frames, LinkPage, PlaceView},
    texts::{Texts, language_links},
    unlock_form::{self, Asked},
    view_model,
};
use crate::http::remember_seen;
use actix_web::{HttpRequest, HttpResponse, web};
use app::{
    Services,
    files::{AssetFiles, FileName, Shown, prioritize},
    visitor::{CountedPage, RequestedFile, Visit},
};
use domain::{AssetId, LinkKind, access::Resource, short_id};
use schema::{EXACT_UP_TO, collections::Neighbours};
use std::fmt::Write;

/// The page of a member of a collection.
pub(super) async fn member(
    request: HttpRequest,
    services: web::Data<Services>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (token, asset) = path.into_inner();
    show_member(&request, &services, LinkPath { token: &token, embedded: false }, &asset).await
}

/// The page of a member of a collection that is shown in a frame.
pub(super) async fn embedded_member(
    request: HttpRequest,
    services: web::Data<Services>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (token, asset) = path.into_inner();
    show_member(&request, &services, LinkPath { token: &token, embedded: true }, &asset).await
}

async fn show_member(
    request: &HttpRequest,
    services: &Services,
    path: LinkPath<'_>,
    asset: &str,
) -> Result<HttpResponse, PageError> {
    let requested = RequestedFile { asset: short_id::decode(asset), file: None };
    let texts = Texts::of(request);
    let visit = open(request, services, (path.token, LinkKind::Public), requested).await?;
    if let Err(refusal) = visit.decide(Resource::Page) {
        let page = requested.asset.map_or_else(|| path.here(), |asset| path.asset_here(asset));
        let asked = Asked { path, page, query: request.query_string().to_owned() };
        return unlock_form::refuse(refusal, &visit, &asked, texts);
    }
    if !visit.has_found(requested.asset) {
        return Err(PageError::NotFound);
    }
    show(&visit, services, path, (request.query_string(), texts)).await
}

/// Shows one asset: the only one of the link, or a member of its collection.
pub(super) async fn show(
    visit: &Visit<'_>,
    services: &Services,
    path: LinkPath<'_>,
    (query_string, texts): (&str, Texts),
) -> Result<HttpResponse, PageError> {
    let permit = visit.decide(Resource::Entry(visit.target()))?;
    let (link, asset) = (visit.link(permit), visit.asset(permit)?);
    let files = AssetFiles::load(services, &[asset.id]).await?;
    let offers = |file| visit.offers(asset, visit.target().creator, file).is_ok();
    let mut view =
        view_model::asset_view(texts, (asset, &files), &path.asset(asset.id), link.settings.watermark, offers);
    let shown = Shown::of(asset, &files, link.settings.watermark);
    let enlarged = shown.enlarged.filter(|large| visit.shows(asset, visit.target().creator, large.preset));
    view.sources = view_model::sources(&path.asset(asset.id), [shown.picture, enlarged]);
    let large_video = shown.large_video.filter(|large| visit.shows(asset, visit.target().creator, large.preset));
    view.videos = view_model::videos(&path.asset(asset.id), [shown.video, large_video]);
    let is_member = link.collection_id.is_some();
    let og = (!path.embedded).then(|| {
        let cover = visit.cover_of(asset, visit.target().creator, &files);
        let description = texts.shared_by_plain(visit.workspace_name(permit));
        let member = is_member.then_some(asset.id);
        open_graph::view((visit, permit), services, path, member, (description, cover.as_ref()))
    });
    if view.pending || view.video_pending {
        prioritize(services, &[asset.id], link.settings.watermark).await?;
    }
    let query = GalleryQuery::of((visit, permit), query_string, path).await?;
    let beside = match link.collection_id {
        Some(collection) => visit.neighbours(collection, &query.members, asset.id).await?,
        None => None,
    };
    let back = beside.as_ref().map_or(1, |beside| (beside.place - 1) / PAGE + 1);
    let mut back_url = match back {
        1 => query.on(&path.here(), &[]),
        page => query.page_url(&path.here(), page),
    };
    if let Some(beside) = &beside {
        let _ = write!(back_url, "#t{}", beside.place);
    }
    let archive = match view.downloads.len() {
        0 | 1 => None,
        _ => archive_view::of_asset(texts, visit, permit, path.token, asset.id).await?,
    };
    // While the picture or the video is being made the page loads itself again; that is one view.
    let counted = visit.count_page(asset.id, Fields::of_query(query_string).first("waiting"));
    let CountedPage { waiting, marker } = counted;
    let here = if is_member { path.asset_here(asset.id) } else { path.here() };
    let page = LinkPage {
        texts,
        languages: language_links(texts, &here, query_string),
        brand: Brand::of(visit, permit),
        name: link.settings.name.clone(),
        about: link.settings.description.clone().filter(|_| !is_member),
        shared_by: visit.creator_name(permit).map(str::to_owned).filter(|_| !is_member),
        downloads_left: view_model::downloads_left(link, texts),
        used_up: view_model::used_up(link, texts),
        expires: link.settings.expires_at.map(|end| texts.expiry(end, visit.time_zone(permit))),
        facts: texts.facts(asset, offers(FileName::Original)),
        asset: view,
        archive,
        back_url: is_member.then_some(back_url),
        place: beside.map(|beside| place(texts, &beside, &query, path)),
        og,
        waiting_url: query.on("", &[("waiting", &waiting.text)]),
    };
    let mut response = HttpResponse::Ok();
    remember_seen(&mut response, services, marker, &path.page());
    let style = Some(page.brand.style.as_str());
    Ok(templates::scripted_page_in(Frames::of(path.embedded, visit), response, &page, style))
}

fn place(texts: Texts, beside: &Neighbours, query: &GalleryQuery, path: LinkPath<'_>) -> PlaceView {
    let url = |asset: Option<AssetId>| asset.map(|asset| query.on(&path.asset_here(asset), &[]));
    let is_counted = beside.count <= EXACT_UP_TO;
    let text = if is_counted { texts.place_of(beside.place, beside.count) } else { beside.place.to_string() };
    PlaceView { text, previous_url: url(beside.previous), next_url: url(beside.next) }
}
