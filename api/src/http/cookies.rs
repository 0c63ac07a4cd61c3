//! Cookies: of sessions, of known devices, and of visitors.

use actix_web::{
    HttpRequest, HttpResponseBuilder,
    cookie::{Cookie, SameSite, time::Duration},
    http::header::SET_COOKIE,
};
use app::{Services, visitor::Grant};
use domain::{
    UserId,
    device::{DeviceToken, KNOWN_FOR},
    short_id,
};
use std::borrow::Cow;

/// The name of the cookie by which an account knows a browser begins with this, and ends with the id of the user.
/// Several people may use one browser.
const DEVICE_COOKIE: &str = "vitrine_device_";

/// The most cookies of accounts that are looked at.
const MAX_DEVICES: usize = 20;

/// The tokens by which accounts know the browser of a request.
pub(crate) fn known_devices(request: &HttpRequest) -> Vec<DeviceToken> {
    let cookies = request.cookies();
    let cookies = cookies.iter().flat_map(|cookies| cookies.iter());
    let devices = cookies.filter(|cookie| cookie.name().starts_with(DEVICE_COOKIE));
    devices.take(MAX_DEVICES).map(|cookie| DeviceToken::attempt(cookie.value())).collect()
}

/// The cookie by which the account of this user knows a browser.
pub(crate) fn device_cookie(services: &Services, user: UserId, device: &DeviceToken) -> Cookie<'static> {
    let name = format!("{DEVICE_COOKIE}{}", short_id::encode(user));
    cookie(services, name, device.expose_secret().to_owned(), "/".to_owned(), KNOWN_FOR.num_seconds())
}

/// A cookie for one path that scripts cannot read and other sites cannot send along with a form.
pub(crate) fn cookie(
    services: &Services,
    name: impl Into<Cow<'static, str>>,
    value: String,
    path: String,
    seconds: i64,
) -> Cookie<'static> {
    Cookie::build(name, value)
        .path(path)
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(services.public_url.starts_with("https://"))
        .max_age(Duration::seconds(seconds))
        .finish()
}

/// Gives a visitor of a link a cookie. In frames of other sites, browsers keep only cookies that are marked for it
/// (`SameSite=None; Partitioned`), each for the site around the frame. Such cookies need TLS; without TLS, a frame of
/// another site forgets them. No action is done in the name of a visitor, so that the cookie is of no use to a form of
/// another site.
pub(super) fn set_visitor_cookie(
    response: &mut HttpResponseBuilder,
    services: &Services,
    (name, grant): (&'static str, Grant),
    path: &str,
    for_frames: bool,
) {
    let mut cookie = cookie(services, name, grant.text, path.to_owned(), grant.lasts.num_seconds());
    if for_frames && cookie.secure() == Some(true) {
        cookie.set_same_site(SameSite::None);
        response.append_header((SET_COOKIE, format!("{cookie}; Partitioned")));
    } else {
        response.append_header((SET_COOKIE, cookie.to_string()));
    }
}
