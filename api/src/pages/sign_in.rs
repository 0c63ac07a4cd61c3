//! The form before an internal link: signing in and out.

use super::{
    PageError,
    templates::{self, SignIn},
};
use crate::http::{
    SESSION_COOKIE, client_address, cookie, device_cookie, known_devices, require_same_origin, session_token,
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

/// Signs in, and sends the user back to the page.
pub(super) async fn sign_in(
    request: HttpRequest,
    services: web::Data<Services>,
    number: web::Path<String>,
    sent: web::Form<SignInForm>,
) -> Result<HttpResponse, PageError> {
    require_same_origin(&request, &services)?;
    let credentials = Credentials {
        email: &sent.email,
        password: Attempt::new(&sent.password),
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
            Ok(form(StatusCode::FORBIDDEN, &number, Some(error)))
        }
        Err(SignInError::TooManyAttempts(wait)) => Err(PageError::TooManyGuesses(wait)),
        Err(SignInError::Failed(error)) => Err(error.into()),
    }
}

/// Shows the form.
pub(super) fn form(status: StatusCode, number: &str, error: Option<String>) -> HttpResponse {
    // Only text that can be the number of an asset is put into the address of the form.
    let number = number.parse::<AssetNumber>().map(|number| number.to_string()).unwrap_or_default();
    templates::page(HttpResponse::build(status), &SignIn { action: format!("/a/{number}"), error })
}

/// Signs out, and sends the user to the start page.
pub(super) async fn sign_out(request: HttpRequest, services: web::Data<Services>) -> Result<HttpResponse, PageError> {
    require_same_origin(&request, &services)?;
    if let Some(token) = session_token(&request) {
        sign_in::sign_out(&services, &token).await?;
    }
    let cookie = cookie(&services, SESSION_COOKIE, String::new(), "/a".to_owned(), 0);
    Ok(HttpResponse::SeeOther().cookie(cookie).insert_header((header::LOCATION, "/")).finish())
}
