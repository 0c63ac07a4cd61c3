//! Signing in, at `/sign-in` and in the place of an asset's page.

use super::{Fields, own_path, sign_in_path, templates::SignIn};
use crate::{
    http::{SESSION_COOKIE, client, cookie, device_cookie, known_devices, require_same_origin, session_viewer},
    pages::{PageError, templates},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use app::{
    Services,
    sign_in::{self, Credentials, SignInError},
};
use domain::{AssetNumber, password::Attempt};
use serde::Deserialize;

/// The form.
#[derive(Deserialize)]
pub(super) struct SignInForm {
    email: String,
    password: String,
}

/// Where somebody wants to go after they have signed in.
fn target(request: &HttpRequest) -> String {
    own_path(Fields::of_query(request.query_string()).text("to")).unwrap_or("/library").to_owned()
}

/// Shows the form, or leads on who is signed in already.
pub(super) async fn page(request: HttpRequest, services: web::Data<Services>) -> Result<HttpResponse, PageError> {
    let to = target(&request);
    if session_viewer(&request, &services).await?.is_some() {
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish());
    }
    Ok(form(StatusCode::OK, sign_in_path(&to), "", None))
}

/// Signs in, and leads to the page that was wanted.
pub(super) async fn sign_in(
    request: HttpRequest,
    services: web::Data<Services>,
    sent: web::Form<SignInForm>,
) -> Result<HttpResponse, PageError> {
    let to = target(&request);
    enter(&request, &services, &sent, &to, sign_in_path(&to)).await
}

/// Signs in at the page of an asset, and leads back to it.
pub(super) async fn at_asset(
    request: HttpRequest,
    services: web::Data<Services>,
    number: web::Path<String>,
    sent: web::Form<SignInForm>,
) -> Result<HttpResponse, PageError> {
    enter(&request, &services, &sent, request.path(), asset_path(&number)).await
}

/// The form in the place of an asset's page. It does not tell whether the number has an asset.
pub(super) fn form_at_asset(number: &str) -> HttpResponse {
    form(StatusCode::OK, asset_path(number), "", None)
}

/// Only text that can be the number of an asset is put into the address of the form.
fn asset_path(number: &str) -> String {
    format!("/a/{}", number.parse::<AssetNumber>().map(|number| number.to_string()).unwrap_or_default())
}

async fn enter(
    request: &HttpRequest,
    services: &Services,
    sent: &SignInForm,
    to: &str,
    action: String,
) -> Result<HttpResponse, PageError> {
    require_same_origin(request, services)?;
    let credentials = Credentials {
        email: &sent.email,
        password: Attempt::new(&sent.password),
        client: client(request),
        devices: &known_devices(request),
    };
    match sign_in::sign_in(services, credentials).await {
        Ok(session) => {
            let device = device_cookie(services, session.viewer.user.id, &session.device);
            let token = session.token.expose_secret().to_owned();
            let cookie =
                cookie(services, SESSION_COOKIE, token, "/".to_owned(), sign_in::LONGEST_SESSION.num_seconds());
            let mut response = HttpResponse::SeeOther();
            Ok(response.cookie(cookie).cookie(device).insert_header((header::LOCATION, to)).finish())
        }
        Err(SignInError::WrongCredentials) => Ok(refused(action, &sent.email, sign_in::WRONG_CREDENTIALS)),
        Err(SignInError::Disabled) => Ok(refused(action, &sent.email, sign_in::DISABLED)),
        Err(SignInError::TooManyAttempts(wait)) => Err(PageError::TooManyGuesses(wait)),
        Err(SignInError::Failed(error)) => Err(error.into()),
    }
}

fn refused(action: String, email: &str, reason: &str) -> HttpResponse {
    form(StatusCode::FORBIDDEN, action, email, Some(reason.to_owned()))
}

/// The form, with the e-mail address that was typed.
fn form(status: StatusCode, action: String, email: &str, error: Option<String>) -> HttpResponse {
    templates::page(HttpResponse::build(status), &SignIn { action, email: email.to_owned(), error })
}
