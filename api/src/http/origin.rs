//! Which page a request comes from. Forms come from our own only.

use super::address::forwarded_host;
use actix_web::{
    HttpRequest,
    http::{
        header::{HOST, HeaderName, ORIGIN, REFERER},
        uri::Authority,
    },
    web,
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
    if sender == services.public_url || is_host_of(request, &sender) {
        Ok(())
    } else {
        Err(OtherOrigin::Site(Some(sender)))
    }
}

/// Whether a visitor came here by one of our own pages. Browsers that do not say so in `Sec-Fetch-Site` tell the page
/// ([`REFERER`]), which ours let them tell us only.
pub(super) fn comes_from_own_page(request: &HttpRequest) -> bool {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    match text(FETCH_SITE) {
        Some(site) => site == "same-origin",
        None => text(REFERER).and_then(normalized).is_some_and(|page| {
            let services = request.app_data::<web::Data<Services>>();
            services.is_some_and(|services| services.public_url == page) || is_host_of(request, &page)
        }),
    }
}

/// Whether a request was sent to the host of this origin.
fn is_host_of(request: &HttpRequest, origin: &str) -> bool {
    let scheme = origin.split(':').next().unwrap_or_default();
    let forwarded = forwarded_host(request);
    let host = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    let hosts = [host, request.uri().authority().map(Authority::as_str), forwarded.as_deref()];
    hosts.into_iter().flatten().any(|host| normalized(&format!("{scheme}://{host}")).as_deref() == Some(origin))
}

/// An origin as browsers write it; none if it is none, as `null`.
fn normalized(origin: &str) -> Option<String> {
    let origin = Url::parse(origin).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}
