//! A visitor of a link, as their request tells, and the cookies by which their browser remembers grants.

use super::{client_address, is_preview_bot, set_visitor_cookie};
use actix_web::{HttpRequest, HttpResponseBuilder, http::Method};
use app::{
    Services,
    visitor::{Grant, Unlocked, Visitor},
};
use domain::device::DeviceToken;

/// The cookie of a visitor who knew the password.
const UNLOCKED: &str = "vitrine_unlocked";
/// The cookie by which a link knows a device from which the password came before. It opens nothing.
const DEVICE: &str = "vitrine_device";
/// The cookie of a visitor whose download was counted.
const COUNTED: &str = "vitrine_counted";

/// The visitor who sent a request.
pub(crate) fn visitor(request: &HttpRequest) -> Visitor {
    let cookie = |name| request.cookie(name).map(|cookie| cookie.value().to_owned());
    Visitor {
        address: client_address(request),
        unlocked: cookie(UNLOCKED),
        file: request.query_string().split('&').find_map(|part| part.strip_prefix("grant=")).map(str::to_owned),
        counted: cookie(COUNTED),
        device: cookie(DEVICE).map(|text| DeviceToken::attempt(&text)),
        is_preview_bot: is_preview_bot(request),
        headers_only: request.method() == Method::HEAD,
    }
}

/// Lets the browser remember that the password was right, for the link of this path only.
pub(crate) fn remember_unlocked(
    response: &mut HttpResponseBuilder,
    services: &Services,
    Unlocked { unlocked, device }: Unlocked,
    path: &str,
) {
    set_visitor_cookie(response, services, UNLOCKED, unlocked, path);
    set_visitor_cookie(response, services, DEVICE, device, path);
}

/// Lets the browser remember that the download of this path was counted.
pub(crate) fn remember_counted(response: &mut HttpResponseBuilder, services: &Services, grant: Grant, path: &str) {
    set_visitor_cookie(response, services, COUNTED, grant, path);
}
