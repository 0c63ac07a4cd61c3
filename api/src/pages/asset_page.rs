//! `/a/{number}`: the internal link of an asset. Whoever is not signed in is asked to, whether or not there is an
//! asset of this number.

use super::{
    PageError, files,
    view_model::{self, Files},
};
use super::{
    views::{self, AssetPage, SignIn},
    visit::FileName,
};
use crate::http::{
    SESSION_COOKIE, client_address, cookie, device_cookie, known_devices, require_same_origin, session_token,
    session_viewer,
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use app::{
    Services, Viewer,
    sign_in::{self, Credentials, SignInError},
};
use domain::{AssetNumber, Rights, access::decide_internal, password::Attempt};
use schema::{
    assets::{self, Asset},
    proxies, rights,
};
use serde::Deserialize;

pub(super) fn configure(app: &mut web::ServiceConfig) {
    app.service(web::resource("/a/sign-out").route(web::post().to(leave)))
        .service(
            web::resource("/a/{number}")
                .route(web::get().to(page))
                .route(web::head().to(page))
                .route(web::post().to(enter)),
        )
        .service(web::resource("/a/{number}/{file}").route(web::get().to(file)).route(web::head().to(file)));
}

async fn page(
    request: HttpRequest,
    services: web::Data<Services>,
    number: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Some(viewer) = session_viewer(&request, &services).await? else {
        return Ok(sign_in_form(StatusCode::OK, &number, None));
    };
    let (asset, rights) = find(&services, &viewer, &number).await?;
    let facts = (asset.source, asset.original_state);
    let base = format!("/a/{}-{}", viewer.workspace.number_prefix, asset.number);
    let offers = |file: FileName| decide_internal(facts, rights, Some(file.version()));
    let files = Files::load(&services, &[asset.id]).await?;
    let view = view_model::asset_view(&asset, &files, &base, false, offers);
    let page = AssetPage {
        workspace_name: viewer.workspace.name.clone(),
        number: format!("{}-{}", viewer.workspace.number_prefix, asset.number),
        asset: view,
        facts: facts_of(&asset, &viewer),
        user_name: viewer.user.name.clone(),
        sign_out_action: "/a/sign-out".to_owned(),
    };
    Ok(views::page(HttpResponse::Ok(), &page))
}

fn facts_of(asset: &Asset, viewer: &Viewer) -> Vec<(String, String)> {
    let mut facts = vec![
        ("File".to_owned(), asset.file_name.clone()),
        ("Type".to_owned(), format!("{} ({})", view_model::kind_name(asset.kind), asset.media_type)),
    ];
    if let Some(bytes) = asset.byte_size {
        facts.push(("Size".to_owned(), view_model::human_size(bytes)));
    }
    if let (Some(width), Some(height)) = (asset.width, asset.height) {
        facts.push(("Dimensions".to_owned(), format!("{width} × {height} pixels")));
    }
    let added = asset.created_at.with_timezone(&viewer.workspace.zone());
    facts.push(("Added".to_owned(), added.format("%-d %B %Y, %H:%M").to_string()));
    facts
}

async fn file(
    request: HttpRequest,
    services: web::Data<Services>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (number, file) = path.into_inner();
    let viewer = session_viewer(&request, &services).await?.ok_or(PageError::Locked)?;
    let (asset, rights) = find(&services, &viewer, &number).await?;
    let file = FileName::parse(&file).ok_or(PageError::NotFound)?;
    let proxy = match file.preset() {
        Some(preset) => proxies::get(&mut *services.pool.get().await?, asset.id, preset, false).await?,
        None => None,
    };
    let save = request.query_string().split('&').any(|part| part == "download");
    match file {
        FileName::Proxy(preset) if preset.is_shown() && !save => {
            files::show(&request, &services, &asset, proxy.as_ref(), false).await
        }
        file if decide_internal((asset.source, asset.original_state), rights, Some(file.version())) => {
            let found = files::to_save(&services, &asset, file, proxy.as_ref()).await?;
            Ok(found.open(&request, &services.storage).await?.respond(HttpResponse::Ok()))
        }
        _ => Err(PageError::NotFound),
    }
}

/// The asset of a number, and what the viewer may do with it.
async fn find(services: &Services, viewer: &Viewer, number: &str) -> Result<(Asset, Rights), PageError> {
    let number: AssetNumber = number.parse().map_err(|_| PageError::NotFound)?;
    if number.prefix != viewer.workspace.number_prefix {
        return Err(PageError::NotFound);
    }
    let mut conn = services.pool.get().await?;
    let asset = assets::by_number(&mut conn, viewer.workspace.id, number.count).await?.ok_or(PageError::NotFound)?;
    let rights = rights::of_assets(&mut conn, viewer.subject(), &[asset.id]).await?;
    let rights = rights.get(&asset.id).copied().unwrap_or(viewer.rights);
    if decide_internal((asset.source, asset.original_state), rights, None) {
        Ok((asset, rights))
    } else {
        Err(PageError::NotFound)
    }
}

#[derive(Deserialize)]
struct SignInForm {
    email: String,
    password: String,
}

async fn enter(
    request: HttpRequest,
    services: web::Data<Services>,
    number: web::Path<String>,
    form: web::Form<SignInForm>,
) -> Result<HttpResponse, PageError> {
    require_same_origin(&request, &services)?;
    let credentials = Credentials {
        email: &form.email,
        password: Attempt::new(&form.password),
        address: client_address(&request),
        devices: &known_devices(&request),
    };
    match sign_in::sign_in(&services, credentials).await {
        Ok(session) => {
            let device = device_cookie(&services, session.viewer.user.id, &session.device);
            let token = session.token.expose_secret().to_owned();
            let cookie = cookie(&services, SESSION_COOKIE, token, "/a".to_owned(), sign_in::SESSION.num_seconds());
            let here = request.path().to_owned();
            let mut response = HttpResponse::SeeOther();
            Ok(response.cookie(cookie).cookie(device).insert_header((header::LOCATION, here)).finish())
        }
        Err(SignInError::WrongCredentials) => {
            let error = "Unknown e-mail address or wrong password.".to_owned();
            Ok(sign_in_form(StatusCode::FORBIDDEN, &number, Some(error)))
        }
        Err(SignInError::TooManyAttempts(wait)) => Err(PageError::TooManyGuesses(wait)),
        Err(SignInError::Failed(error)) => Err(error.into()),
    }
}

fn sign_in_form(status: StatusCode, number: &str, error: Option<String>) -> HttpResponse {
    // Only what can be a number comes back in the form's address.
    let number = number.parse::<AssetNumber>().map(|number| number.to_string()).unwrap_or_default();
    views::page(HttpResponse::build(status), &SignIn { action: format!("/a/{number}"), error })
}

async fn leave(request: HttpRequest, services: web::Data<Services>) -> Result<HttpResponse, PageError> {
    require_same_origin(&request, &services)?;
    if let Some(token) = session_token(&request) {
        sign_in::sign_out(&services, &token).await?;
    }
    let cookie = cookie(&services, SESSION_COOKIE, String::new(), "/a".to_owned(), 0);
    Ok(HttpResponse::SeeOther().cookie(cookie).insert_header((header::LOCATION, "/")).finish())
}
