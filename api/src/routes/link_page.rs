//! `/s/{token}`: a public link.

use super::{PageError, files, view_model};
use crate::{
    request,
    views::{self, LinkPage, OgView, Unlock as UnlockPage},
    visit::{FileName, Unlock, Visit},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode, header},
    web,
};
use chrono::{DateTime, Utc};
use domain::{
    LinkKind,
    access::{Refusal, Want},
    short_id,
};
use graphql::Services;
use serde::Deserialize;

pub(super) fn configure(app: &mut web::ServiceConfig) {
    app.service(web::resource("/s/{token}").route(web::get().to(page)).route(web::head().to(page)))
        .service(web::resource("/s/{token}/embed").route(web::get().to(embed)).route(web::head().to(embed)))
        // A visitor who asks for the address again after a wrong password gets the page.
        .service(
            web::resource("/s/{token}/unlock")
                .route(web::get().to(page))
                .route(web::head().to(page))
                .route(web::post().to(unlock)),
        )
        .service(
            web::resource("/s/{token}/assets/{asset}/{file}").route(web::get().to(file)).route(web::head().to(file)),
        );
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
    let visit = Visit::begin(request, services, token, LinkKind::Public, None).await?;
    let respond = if embedded { views::embedded } else { views::page };
    if let Err(refusal) = visit.decide(Want::Page) {
        return match refusal {
            Refusal::NotFound => Err(PageError::NotFound),
            // A locked page tells nothing, not even a name.
            Refusal::Locked => {
                Ok(respond(HttpResponse::Ok(), &UnlockPage { action: unlock_path(token, embedded), error: None }))
            }
        };
    }
    let permit = visit.decide(Want::Entry(visit.target()))?;
    let asset = &visit.opened.asset;
    let base = format!("/s/{token}/assets/{}", short_id::encode(asset.id));
    let watermarked = permit.watermarked || visit.opened.link.watermark;
    let view =
        view_model::asset_view(services, asset, &base, watermarked, |file| visit.decide_download(file).is_ok()).await?;
    let og = (!embedded).then(|| OgView {
        title: visit.opened.link.name.clone(),
        description: format!("Shared by {}", visit.opened.workspace.0),
        image_url: view.picture_url.as_ref().map(|path| format!("{}{path}", services.public_url)),
        page_url: format!("{}/s/{token}", services.public_url),
    });
    // While the picture is being made the page reloads itself; that is one view.
    if request.method() == Method::GET && !view.pending {
        visit.count_view().await?;
    }
    let page = LinkPage {
        workspace_name: visit.opened.workspace.0.clone(),
        name: visit.opened.link.name.clone(),
        expires: visit.opened.link.expires_at.map(|end| expiry(end, &visit.opened.workspace.1)),
        asset: view,
        og,
    };
    Ok(respond(HttpResponse::Ok(), &page))
}

/// `Available until 24 November 2026, 18:00 (Europe/Berlin)`.
fn expiry(end: DateTime<Utc>, zone: &str) -> String {
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
    let visit = Visit::begin(&request, &services, &token, LinkKind::Public, None).await?;
    if visit.decide(Want::Page) == Err(Refusal::NotFound) {
        return Err(PageError::NotFound);
    }
    let embedded = request.query_string() == "embed";
    let target = if embedded { format!("/s/{token}/embed") } else { format!("/s/{token}") };
    match visit.try_password(form.text()).await? {
        Unlock::Open => {
            let mut response = HttpResponse::SeeOther();
            visit.remember_unlocked(&mut response, format!("/s/{token}"));
            Ok(response.insert_header((header::LOCATION, target)).finish())
        }
        Unlock::Wrong => {
            let error = Some("That is not the password. Try again.".to_owned());
            let page = UnlockPage { action: unlock_path(&token, embedded), error };
            let respond = if embedded { views::embedded } else { views::page };
            Ok(respond(HttpResponse::build(StatusCode::FORBIDDEN), &page))
        }
        Unlock::TooMany(wait) => Err(PageError::TooMany(wait)),
    }
}

async fn file(
    request: HttpRequest,
    services: web::Data<Services>,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, PageError> {
    let (token, asset, file) = path.into_inner();
    let file = FileName::parse(&file);
    let visit = Visit::begin(&request, &services, &token, LinkKind::Public, file.and_then(FileName::preset)).await?;
    let file = file.filter(|_| short_id::decode(&asset).is_some_and(|id| visit.leads_to(id)));
    let Some(file) = file else {
        // Only those who may come in are told that there is no such file.
        visit.decide(Want::Page)?;
        return Err(PageError::NotFound);
    };
    match file {
        FileName::Proxy(preset) if !request.query_string().split('&').any(|part| part == "download") => {
            let permit = visit.decide(Want::Picture(visit.target(), preset))?;
            files::show(&request, &services, &visit.opened.asset, visit.proxy(permit)).await
        }
        file => send(&visit, file).await,
    }
}

/// Sends a file to be saved, and counts it.
pub(super) async fn send(visit: &Visit<'_>, file: FileName) -> Result<HttpResponse, PageError> {
    let permit = visit.decide_download(file)?;
    let found = files::to_save(visit.services, &visit.opened.asset, file, visit.proxy(permit)).await?;
    let part = found.part(visit.request);
    let counts = part.has_bytes() && visit.request.method() != Method::HEAD;
    let response = if counts { visit.count_download(file).await? } else { HttpResponse::Ok() };
    found.respond(visit.request, part, &visit.services.storage, response).await
}
