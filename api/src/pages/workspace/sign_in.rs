//! Signing in, at `/sign-in` and in the place of an asset's page.

use super::{Fields, own_path, sign_in_path, templates::SignIn};
use crate::{
    http::{SESSION_COOKIE, client, cookie, device_cookie, known_devices, require_same_origin, session_viewer},
    pages::{PageError, redirect::see_other, templates},
};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::Cookie,
    http::{StatusCode, header},
    web,
};
use app::{
    Services,
    sign_in::{self, Credentials, SignInError},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{AssetNumber, password::Attempt};
use serde::Deserialize;

/// Whom the form expects: the address of who has just chosen a password, so that they need not type it again. It is in a
/// cookie and not in the URL, which ends up in logs.
const EXPECTED: &str = "vitrine_sign_in_as";

/// How long the browser keeps the address, in seconds.
const EXPECTED_FOR: i64 = 600;

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
    let fields = Fields::of_query(request.query_string());
    // Whoever has just chosen a password may be somebody else than who is signed in here, such as an administrator who
    // tries the link.
    let has_chosen = fields.text("password") == "chosen";
    if !has_chosen && session_viewer(&request, &services).await?.is_some() {
        return Ok(see_other(&to));
    }
    let expected = request.cookie(EXPECTED).filter(|_| has_chosen);
    let email = expected.and_then(|cookie| String::from_utf8(URL_SAFE_NO_PAD.decode(cookie.value()).ok()?).ok());
    let notice = match (fields.text("password"), fields.text("account")) {
        ("chosen", _) => Some("Your password is set. Sign in with it."),
        (_, "deleted") => Some("Your account is deleted."),
        _ if fields.has("signed-out") => Some("You are signed out."),
        _ => None,
    };
    Ok(form(
        StatusCode::OK,
        &SignIn { notice, email: email.unwrap_or_default(), ..empty(&services, sign_in_path(&to)) },
    ))
}

/// Leads to the form after a person has chosen their password.
pub(super) fn after_choice(services: &Services, email: &str) -> HttpResponse {
    let to = (header::LOCATION, "/sign-in?password=chosen");
    HttpResponse::SeeOther().cookie(expected(services, email, EXPECTED_FOR)).insert_header(to).finish()
}

fn expected(services: &Services, email: &str, seconds: i64) -> Cookie<'static> {
    cookie(services, EXPECTED, URL_SAFE_NO_PAD.encode(email), "/sign-in".to_owned(), seconds)
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
pub(super) fn form_at_asset(services: &Services, number: &str) -> HttpResponse {
    form(StatusCode::OK, &empty(services, asset_path(number)))
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
    let refused = |reason: &str| {
        let (email, error) = (sent.email.clone(), Some(reason.to_owned()));
        form(StatusCode::FORBIDDEN, &SignIn { email, error, ..empty(services, action) })
    };
    match sign_in::sign_in(services, credentials).await {
        Ok(session) => {
            let device = device_cookie(services, session.viewer.user.id, &session.device);
            let token = session.token.expose_secret().to_owned();
            let cookie =
                cookie(services, SESSION_COOKIE, token, "/".to_owned(), sign_in::LONGEST_SESSION.num_seconds());
            let mut response = HttpResponse::SeeOther();
            if request.cookie(EXPECTED).is_some() {
                response.cookie(expected(services, "", 0));
            }
            Ok(response.cookie(cookie).cookie(device).insert_header((header::LOCATION, to)).finish())
        }
        Err(SignInError::WrongCredentials) => Ok(refused(sign_in::WRONG_CREDENTIALS)),
        Err(SignInError::Disabled) => Ok(refused(sign_in::DISABLED)),
        Err(SignInError::TooManyAttempts(wait)) => Err(PageError::TooManyGuesses(wait)),
        Err(SignInError::Failed(error)) => Err(error.into()),
    }
}

/// The form in which nothing was typed yet.
fn empty(services: &Services, action: String) -> SignIn {
    let sends_mail = services.mailer.is_some();
    SignIn { action, email: String::new(), error: None, notice: None, sends_mail }
}

fn form(status: StatusCode, page: &SignIn) -> HttpResponse {
    templates::page(HttpResponse::build(status), page)
}
