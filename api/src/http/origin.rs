//! Forms come from our own pages only.

use super::address::forwarded_host;
use actix_web::{
    HttpRequest,
    http::{
        header::{HOST, HeaderName, ORIGIN},
        uri::Authority,
    },
};
use app::Services;
use url::Url;

/// In which browsers say whose page sent a request.
pub(super) const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Why a form is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OtherOrigin {
    /// A page of this site sent it; none: of a site that the browser does not name.
    Site(Option<String>),
    /// The browser does not say whose page sent it, as from frames without rights of their own and files on a disk.
    Unknown,
}

/// Refuses a form that another site sent.
///
/// Browsers say so in `Sec-Fetch-Site`, whatever proxies make of the address. Older ones, and all without TLS, tell the
/// origin of the page, which is compared with the public URL and with the host of the request. Programs that are no
/// browsers send neither.
pub(crate) fn require_same_origin(request: &HttpRequest, services: &Services) -> Result<(), OtherOrigin> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let origin = text(ORIGIN);
    let site = || origin.and_then(normalized);
    match text(FETCH_SITE) {
        Some("same-origin") => return Ok(()),
        Some("cross-site" | "same-site") => {
            return Err(if origin == Some("null") { OtherOrigin::Unknown } else { OtherOrigin::Site(site()) });
        }
        _ => {}
    }
    let Some(origin) = origin else { return Ok(()) };
    let Some(sender) = normalized(origin) else { return Err(OtherOrigin::Unknown) };
    let scheme = sender.split(':').next().unwrap_or_default();
    let forwarded = forwarded_host(request);
    let hosts = [text(HOST), request.uri().authority().map(Authority::as_str), forwarded.as_deref()];
    let is_ours = sender == services.public_url
        || hosts.into_iter().flatten().any(|host| normalized(&format!("{scheme}://{host}")).as_ref() == Some(&sender));
    if is_ours { Ok(()) } else { Err(OtherOrigin::Site(Some(sender))) }
}

/// An origin as browsers write it; none if it is none, as `null`.
fn normalized(origin: &str) -> Option<String> {
    let origin = Url::parse(origin).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}
