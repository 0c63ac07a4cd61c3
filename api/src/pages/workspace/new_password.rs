//! The password of a link while it is new: typed or generated in a form, and shown once afterwards.
//!
//! The answer to a form is a redirect, so that reloading the page does not send the form again. On the way to the page
//! that shows it, the password is in a cookie of the browser from which it came: the server keeps only its hash.

use crate::http::cookie;
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::Cookie,
    http::{Method, header},
};
use app::{Services, Viewer, links::password_of_form};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{node_id::NodeId, password::Password, short_id};
use schema::links::Link;
use uuid::Uuid;

use super::Fields;

const SHOWN_ONCE: &str = "vitrine_password_once";

/// How long the browser keeps a password that it was not shown, in seconds.
const KEPT_FOR: i64 = 120;

/// The secret of a form: it marks the second of two clicks, and a generated password is derived from it.
pub(super) fn form_id() -> String {
    short_id::encode(Uuid::new_v4())
}

/// The password that a form asks for.
pub(super) fn chosen(services: &Services, viewer: &Viewer, fields: &Fields) -> Option<String> {
    if fields.has("generatePassword") {
        let password = match fields.text("form") {
            "" => Password::generate(&mut rand::rng()),
            form => password_of_form(services, viewer, form),
        };
        return Some(password.expose_secret().to_owned());
    }
    Some(fields.text("password")).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Leads to a page of a link, which shows the password.
pub(super) fn show_once_at(services: &Services, link: &Link, password: Option<String>, to: &str) -> HttpResponse {
    let mut response = HttpResponse::SeeOther();
    if let Some(password) = password {
        response.cookie(cookie_of(services, link, &URL_SAFE_NO_PAD.encode(password), KEPT_FOR));
    }
    response.insert_header((header::LOCATION, to)).finish()
}

/// The password that this request is to show, and the cookie that makes the browser forget it.
pub(super) fn shown_once(request: &HttpRequest, services: &Services, link: &Link) -> Option<(String, Cookie<'static>)> {
    let cookie = request.cookie(SHOWN_ONCE).filter(|_| request.method() == Method::GET)?;
    let password = String::from_utf8(URL_SAFE_NO_PAD.decode(cookie.value()).ok()?).ok()?;
    Some((password, cookie_of(services, link, "", 0)))
}

fn cookie_of(services: &Services, link: &Link, value: &str, seconds: i64) -> Cookie<'static> {
    cookie(services, SHOWN_ONCE, value.to_owned(), format!("/links/{}", link.id.node_id()), seconds)
}
