//! `/s/{token}`: a public link.

use super::{
    PageError, files, gallery,
    view_model::{self, Files},
};
use crate::{
    page_error::too_many_guesses,
    request,
    views::{self, LinkPage, OgView, Unlock as UnlockPage},
    visit::{Asked, FileName, Unlock, Visit, charge_misses},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    middleware::from_fn,
    web,
};
use app::Services;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    LinkKind,
    access::{Refusal, Resource},
    short_id,
};
use serde::Deserialize;

/// For how long a page that waits for its picture is one view.
const WAITING_FOR: TimeDelta = TimeDelta::hours(1);

pub(super) fn configure(app: &mut web::ServiceConfig) {
    let resource = |path: &str| web::resource(path.to_owned()).wrap(from_fn(charge_misses));
    app.service(resource("/s/{token}").route(web::get().to(page)).route(web::head().to(page)))
        .service(resource("/s/{token}/embed").route(web::get().to(embed)).route(web::head().to(embed)))
        // A visitor who asks for the address again after a wrong password gets the page.
        .service(
            resource("/s/{token}/unlock")
                .route(web::get().to(page))
                .route(web::head().to(page))
                .route(web::post().to(unlock)),
        )
        .service(resource("/s/{token}/assets/{asset}").route(web::get().to(member)).route(web::head().to(member)))
        .service(resource("/s/{token}/assets/{asset}/{file}").route(web::get().to(file)).route(web::head().to(file)));
}

async fn page(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    show(&request, &services, &token, false).await
}

/// The page without its surroundings, for the iframe of an embed code.
async fn embed(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    show(&request, &services, &token, true).await
}

async fn show(
    request: &HttpRequest,
    services: &Services,
    token: &str,
    embedded: bool,
) -> Result<HttpResponse, PageError> {
    let visit = Visit::begin(request, services, token, LinkKind::Public, Asked::default()).await?;
    if let Err(refusal) = visit.decide(Resource::Page) {
        return refuse(refusal, token, embedded);
    }
    match visit.opened.link.collection_id {
        Some(collection) => gallery::show(&visit, collection, token, embedded).await,
        None => asset_page(&visit, token, embedded).await,
    }
}

fn refuse(refusal: Refusal, token: &str, embedded: bool) -> Result<HttpResponse, PageError> {
    let respond = if embedded { views::embedded } else { views::page };
    match refusal {
        Refusal::NotFound => Err(PageError::NotFound),
        // A locked page tells nothing, not even a name.
        Refusal::Locked => {
            Ok(respond(HttpResponse::Ok(), &UnlockPage { action: unlock_path(token, embedded), error: None }))
        }
    }
}

/// The page of one asset: all that the link leads to, or a member of its collection.
async fn asset_page(visit: &Visit<'_>, token: &str, embedded: bool) -> Result<HttpResponse, PageError> {
    let permit = visit.decide(Resource::Entry(visit.target()))?;
    let (link, asset, services) = (&visit.opened.link, visit.asset()?, visit.services);
    let base = format!("/s/{token}/assets/{}", short_id::encode(asset.id));
    let files = Files::load(services, &[asset.id]).await?;
    let offers = |file| visit.offers(asset, visit.target().creator, file);
    let view = view_model::asset_view(asset, &files, &base, permit.watermarked || link.settings.watermark, offers);
    let collection = link.collection_id.map(|_| format!("/s/{token}"));
    let page_path = if collection.is_some() { base } else { format!("/s/{token}") };
    let og = (!embedded).then(|| OgView {
        title: link.settings.name.clone(),
        description: format!("Shared by {}", visit.opened.workspace.0),
        image_url: view.picture_url.as_ref().map(|path| format!("{}{path}", services.public_url)),
        page_url: format!("{}{page_path}", services.public_url),
    });
    if view.pending {
        files::prioritize(services, asset, link.settings.watermark).await?;
    }
    // While the picture is being made the page reloads itself; that is one view.
    let waits = waiting_since(visit.request.query_string(), visit.now);
    if waits.is_none() {
        visit.count_view(Some(asset.id)).await?;
    }
    let page = LinkPage {
        workspace_name: visit.opened.workspace.0.clone(),
        name: link.settings.name.clone(),
        expires: link.settings.expires_at.map(|end| expiry(end, &visit.opened.workspace.1)),
        asset: view,
        back_url: collection,
        og,
        waiting_since: waits.unwrap_or(visit.now).timestamp(),
    };
    let respond = if embedded { views::embedded } else { views::page };
    Ok(respond(HttpResponse::Ok(), &page))
}

/// Since when a page that reloads itself waits for its picture. Its address may be kept, and opened by others much
/// later.
fn waiting_since(query: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let since = DateTime::from_timestamp(query.strip_prefix("waiting=")?.parse().ok()?, 0)?;
    (TimeDelta::zero()..WAITING_FOR).contains(&now.signed_duration_since(since)).then_some(since)
}

/// The page of a member of a collection.
async fn member(
    request: HttpRequest,
    services: web::Data<Services>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (token, asset) = path.into_inner();
    let asked = Asked { asset: short_id::decode(&asset), preset: None };
    let visit = Visit::begin(&request, &services, &token, LinkKind::Public, asked).await?;
    if let Err(refusal) = visit.decide(Resource::Page) {
        return refuse(refusal, &token, false);
    }
    if asked.asset.is_none() || visit.asset()?.id != asked.asset.unwrap_or_default() {
        return Err(PageError::NotFound);
    }
    asset_page(&visit, &token, false).await
}

/// `Available until 24 November 2026, 18:00 (Europe/Berlin)`.
pub(super) fn expiry(end: DateTime<Utc>, zone: &str) -> String {
    let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
    format!("Available until {} ({zone})", end.with_timezone(&zone).format("%-d %B %Y, %H:%M"))
}

fn unlock_path(token: &str, embedded: bool) -> String {
    if embedded { format!("/s/{token}/unlock?embed") } else { format!("/s/{token}/unlock") }
}

#[derive(Deserialize)]
pub(super) struct PasswordForm {
    password: String,
}

impl PasswordForm {
    pub(super) fn text(&self) -> &str {
        &self.password
    }
}

async fn unlock(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
    form: web::Form<PasswordForm>,
) -> Result<HttpResponse, PageError> {
    request::same_origin(&request, &services)?;
    let visit = Visit::begin(&request, &services, &token, LinkKind::Public, Asked::default()).await?;
    if visit.decide(Resource::Page) == Err(Refusal::NotFound) {
        return Err(PageError::NotFound);
    }
    let embedded = request.query_string() == "embed";
    let target = if embedded { format!("/s/{token}/embed") } else { format!("/s/{token}") };
    match visit.try_password(form.text()).await? {
        Unlock::Open => {
            let mut response = HttpResponse::SeeOther();
            visit.remember_visitor(&mut response, format!("/s/{token}"));
            Ok(response.insert_header((header::LOCATION, target)).finish())
        }
        Unlock::Wrong => {
            let error = Some("That is not the password. Try again.".to_owned());
            let page = UnlockPage { action: unlock_path(&token, embedded), error };
            let respond = if embedded { views::embedded } else { views::page };
            Ok(respond(HttpResponse::build(StatusCode::FORBIDDEN), &page))
        }
        // A page that refuses is shown in no frame; the form is.
        Unlock::TooMany(wait) if embedded => {
            let mut response = HttpResponse::TooManyRequests();
            response.insert_header((header::RETRY_AFTER, app::seconds(wait)));
            let error = Some(too_many_guesses(wait));
            Ok(views::embedded(response, &UnlockPage { action: unlock_path(&token, embedded), error }))
        }
        Unlock::TooMany(wait) => Err(PageError::TooManyGuesses(wait)),
    }
}

async fn file(
    request: HttpRequest,
    services: web::Data<Services>,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, PageError> {
    let (token, asset, file) = path.into_inner();
    let file = FileName::parse(&file);
    let asked = Asked { asset: short_id::decode(&asset), preset: file.and_then(FileName::preset) };
    match find_and_send(&request, &services, &token, asked, file).await {
        // It was replaced after its row was read, by one with a new watermark: that one is there.
        Err(PageError::Missing) => find_and_send(&request, &services, &token, asked, file).await,
        answer => answer,
    }
}

async fn find_and_send(
    request: &HttpRequest,
    services: &Services,
    token: &str,
    asked: Asked,
    file: Option<FileName>,
) -> Result<HttpResponse, PageError> {
    let visit = Visit::begin(request, services, token, LinkKind::Public, asked).await?;
    let leads_there = asked.asset.is_some() && asked.asset == visit.opened.asset.as_ref().map(|asset| asset.id);
    let Some(file) = file.filter(|_| leads_there) else {
        // Only those who may come in are told that there is no such file.
        visit.decide(Resource::Page)?;
        return Err(PageError::NotFound);
    };
    match file {
        FileName::Proxy(preset) if !request.query_string().split('&').any(|part| part == "download") => {
            let permit = visit.decide(Resource::Picture(visit.target(), preset))?;
            files::show(request, services, visit.asset()?, visit.proxy(permit), permit.watermarked).await
        }
        file => send(&visit, file).await,
    }
}

/// Sends a file to be saved, and counts it.
pub(super) async fn send(visit: &Visit<'_>, file: FileName) -> Result<HttpResponse, PageError> {
    let permit = visit.decide_download(file)?;
    let found = files::to_save(visit.services, visit.asset()?, file, visit.proxy(permit)).await?;
    let opened = found.open(visit.request, &visit.services.storage).await?;
    let response = if opened.has_bytes() {
        visit.count_download(file, opened.has_first_byte()).await?
    } else {
        HttpResponse::Ok()
    };
    Ok(opened.respond(response))
}
