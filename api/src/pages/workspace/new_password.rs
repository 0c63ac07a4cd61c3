//! The password of a link while it is new: typed or generated in a form, and shown once afterwards.

use super::{
    Fields,
    shown_once::{self, show_once_at},
};
use actix_web::{HttpRequest, HttpResponse, cookie::Cookie};
use app::{Services, Viewer, links::password_of_form};
use domain::{node_id::NodeId, password::Password, short_id};
use schema::links::Link;
use uuid::Uuid;

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
pub(super) fn show_at(
    services: &Services,
    viewer: &Viewer,
    (link, password): (&Link, Option<String>),
    to: &str,
) -> HttpResponse {
    show_once_at(services, viewer, (&path(link), password.as_deref()), to)
}

/// The password that this request is to show, and the cookie that makes the browser forget it.
pub(super) fn shown(
    request: &HttpRequest,
    services: &Services,
    viewer: &Viewer,
    link: &Link,
) -> Option<(String, Cookie<'static>)> {
    shown_once::shown_once(request, services, viewer, &path(link))
}

fn path(link: &Link) -> String {
    format!("/links/{}", link.id.node_id())
}
