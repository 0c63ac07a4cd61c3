//! A visitor of a link, as their request tells, and the cookies by which their browser remembers grants.

use super::{
    asks_not_to_be_tracked, client_address, comes_from_own_page, cookie, is_prefetch, is_preview_bot,
    set_visitor_cookie,
};
use actix_web::{HttpRequest, HttpResponseBuilder, http::Method};
use app::{
    Services,
    visitor::{Grant, Unlocked, Visitor},
};
use domain::device::DeviceToken;

/// The cookies of a visitor who knew the password: on the page of the link, and in a frame.
const UNLOCKED: [&str; 2] = ["vitrine_unlocked", "vitrine_unlocked_frame"];
/// The cookies by which a link knows a device from which the password came before. They open nothing.
const DEVICE: [&str; 2] = ["vitrine_device", "vitrine_device_frame"];
/// The cookie of a visitor whose download was counted.
const COUNTED: &str = "vitrine_counted";
/// The cookie of a visitor who was counted on this day.
pub(super) const SEEN: &str = "vitrine_seen";

/// The cookie of a visitor who chose a language: its tag.
pub(crate) const LANGUAGE: &str = "vitrine_language";
/// For how long a language is remembered, in seconds.
const LANGUAGE_SECONDS: i64 = 365 * 24 * 60 * 60;

/// The visitor who sent a request.
pub(crate) fn visitor(request: &HttpRequest) -> Visitor {
    let cookie = |name: &str| request.cookie(name).map(|cookie| cookie.value().to_owned());
    Visitor {
        address: client_address(request),
        unlocked: UNLOCKED.into_iter().filter_map(cookie).collect(),
        file: request.query_string().split('&').find_map(|part| part.strip_prefix("grant=")).map(str::to_owned),
        counted: cookie(COUNTED),
        devices: DEVICE.into_iter().filter_map(cookie).map(|text| DeviceToken::attempt(&text)).collect(),
        seen: cookie(SEEN),
        do_not_track: asks_not_to_be_tracked(request),
        is_preview_bot: is_preview_bot(request),
        is_prefetch: is_prefetch(request),
        is_inside: comes_from_own_page(request),
        headers_only: request.method() == Method::HEAD,
    }
}

/// Lets the browser remember that the password was right, for the link of this path only: on the page of the link, or in
/// frames. The cookie of the page is never sent to frames of other sites.
pub(crate) fn remember_unlocked(
    response: &mut HttpResponseBuilder,
    services: &Services,
    Unlocked { unlocked, device }: Unlocked,
    path: &str,
    is_framed: bool,
) {
    let [unlocked_name, device_name] = [UNLOCKED, DEVICE].map(|names| names[usize::from(is_framed)]);
    set_visitor_cookie(response, services, (unlocked_name, unlocked), path, is_framed);
    set_visitor_cookie(response, services, (device_name, device), path, is_framed);
}

/// Lets the browser remember that the download of this path was counted.
pub(crate) fn remember_counted(response: &mut HttpResponseBuilder, services: &Services, grant: Grant, path: &str) {
    // Whether the download began in a frame is not known. The grant opens nothing, so that it may be sent to frames.
    set_visitor_cookie(response, services, (COUNTED, grant), path, true);
}

/// Lets the browser remember that the visitor was counted on this day, if they were just now, for the link of this path
/// only. The marker is the same for everybody and opens nothing, so that it may be sent to frames.
pub(crate) fn remember_seen(
    response: &mut HttpResponseBuilder,
    services: &Services,
    marker: Option<Grant>,
    path: &str,
) {
    if let Some(marker) = marker {
        set_visitor_cookie(response, services, (SEEN, marker), path, true);
    }
}

/// Lets the browser remember the language that the visitor chose, for all links.
pub(crate) fn remember_language(response: &mut HttpResponseBuilder, services: &Services, tag: &str) {
    response.cookie(cookie(services, LANGUAGE, tag.to_owned(), "/".to_owned(), LANGUAGE_SECONDS));
}
