//! Secrets that are shown once: the password of a link, a personal access token, a link to choose a password.
//!
//! The answer to a form is a redirect, so that reloading the page does not send the form again. On the way to the page
//! that shows it, the secret is in a cookie of the browser that asked for it, for the path of that page: the server keeps
//! only its hash, or nothing. It is marked for the session, so that whoever signs in next in that browser, or a cookie of
//! somebody else's making, shows nothing.

use crate::http::cookie;
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::Cookie,
    http::{Method, header},
};
use app::{Services, Viewer};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

const SHOWN_ONCE: &str = "vitrine_shown_once";

/// How long the browser keeps a secret that it was not shown, in seconds.
const KEPT_FOR: i64 = 120;

/// Leads to a page below `path`, which shows the secret.
pub(super) fn show_once_at(
    services: &Services,
    viewer: &Viewer,
    (path, secret): (&str, Option<&str>),
    to: &str,
) -> HttpResponse {
    let mut response = HttpResponse::SeeOther();
    if let Some(secret) = secret {
        let value = format!("{}.{}", URL_SAFE_NO_PAD.encode(secret), mark(services, viewer, secret));
        response.cookie(cookie_of(services, path, &value, KEPT_FOR));
    }
    response.insert_header((header::LOCATION, to)).finish()
}

/// The secret that this request is to show, and the cookie that makes the browser forget it.
pub(super) fn shown_once(
    request: &HttpRequest,
    services: &Services,
    viewer: &Viewer,
    path: &str,
) -> Option<(String, Cookie<'static>)> {
    let cookie = request.cookie(SHOWN_ONCE).filter(|_| request.method() == Method::GET)?;
    let (secret, marked) = cookie.value().split_once('.')?;
    let secret = String::from_utf8(URL_SAFE_NO_PAD.decode(secret).ok()?).ok()?;
    (marked == mark(services, viewer, &secret)).then(|| (secret, cookie_of(services, path, "", 0)))
}

/// Says that a secret is for this session.
fn mark(services: &Services, viewer: &Viewer, secret: &str) -> String {
    let parts = [b"shown once".as_slice(), viewer.token.as_bytes(), secret.as_bytes()];
    URL_SAFE_NO_PAD.encode(services.keys.newest().seed(&parts))
}

fn cookie_of(services: &Services, path: &str, value: &str, seconds: i64) -> Cookie<'static> {
    cookie(services, SHOWN_ONCE, value.to_owned(), path.to_owned(), seconds)
}
