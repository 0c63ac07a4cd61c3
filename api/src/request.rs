//! What handlers ask of a request: who, from where, and under which id it is logged.

use crate::{metrics::Metrics, page_error::PageError};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponseBuilder,
    body::MessageBody,
    cookie::{Cookie, SameSite, time::Duration},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{AUTHORIZATION, HeaderName, HeaderValue, ORIGIN, SET_COOKIE, USER_AGENT},
    middleware::Next,
    web,
};
use app::{Services, Viewer, sign_in};
use domain::{
    UserId,
    bearer::BearerToken,
    device::{DeviceToken, KNOWN_FOR},
    short_id,
};
use ipnet::IpNet;
use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};
use tracing::Instrument;
use uuid::Uuid;

/// The cookie that holds a session on the internal pages.
pub(crate) const SESSION_COOKIE: &str = "vitrine_session";

/// What the cookies begin with by which accounts know a browser; the id of a user follows. Several people may use it.
const DEVICE_COOKIE: &str = "vitrine_device_";
/// The most of them that are looked at.
const MAX_DEVICES: usize = 20;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The id of a request, as it stands in the log and in the answer.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Logs a request under an id, and counts it. The route's pattern is logged, never the path: a link's path is its key.
pub(crate) async fn trace(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let id = Uuid::now_v7().simple().to_string();
    let route = request.match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let span = tracing::info_span!("request", id, method = %request.method(), route);
    request.extensions_mut().insert(RequestId(id.clone()));
    let (metrics, method, start) =
        (request.app_data::<web::Data<Metrics>>().cloned(), request.method().clone(), Instant::now());
    let answer = next.call(request).instrument(span.clone()).await;
    if let Some(metrics) = metrics {
        let status = match &answer {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        metrics.request(&route, method.as_str(), status.as_u16(), start.elapsed());
    }
    let mut response = answer?;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    span.in_scope(|| tracing::debug!(status = response.status().as_u16(), "answered"));
    Ok(response)
}

/// The id of this request.
pub(crate) fn id(request: &HttpRequest) -> String {
    request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

/// The reverse proxies whose word is taken for where a request comes from.
#[derive(Default)]
pub(crate) struct TrustedProxies {
    networks: Vec<IpNet>,
    /// Whether the log tells already that somebody else says so, too.
    told: AtomicBool,
}

impl TrustedProxies {
    pub(crate) fn new(networks: Vec<IpNet>) -> Self {
        Self { networks, told: AtomicBool::new(false) }
    }

    /// Whether this one is the first that says where a request comes from without being trusted. All that come through
    /// a proxy that was forgotten count as one address, and slow each other down.
    fn is_first_stranger(&self, peer: IpAddr) -> bool {
        let trusted = self.networks.iter().any(|network| network.contains(&peer.to_canonical()));
        !trusted && !self.told.swap(true, Ordering::Relaxed)
    }
}

/// Where a request comes from. Headers of proxies that are not ours are not believed: anybody can send them.
pub(crate) fn address(request: &HttpRequest) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let Some(trusted) = request.app_data::<web::Data<TrustedProxies>>() else { return peer.to_canonical() };
    if request.headers().contains_key(FORWARDED_FOR) && trusted.is_first_stranger(peer) {
        tracing::warn!(
            "X-Forwarded-For came from {peer} and was not believed, because VITRINE_TRUSTED_PROXIES does not name it. \
             If this is your reverse proxy, add it there: until then all who come through it count as one address"
        );
    }
    // What is no text stands beside what our proxies have added.
    let forwarded = request.headers().get_all(FORWARDED_FOR).map(|it| String::from_utf8_lossy(it.as_bytes()));
    origin(peer, &forwarded.collect::<Vec<_>>().join(","), &trusted.networks)
}

/// What programs that look for a preview of a link call themselves, in lower case: messengers, social networks,
/// search engines, monitors.
const PREVIEW_BOTS: [&str; 20] = [
    "bot/",
    "bot;",
    "bot)",
    "+http",
    "crawler",
    "spider",
    "slackbot",
    "slack-imgproxy",
    "facebookexternalhit",
    "facebot",
    "whatsapp",
    "telegrambot",
    "twitterbot",
    "discordbot",
    "linkedinbot",
    "skypeuripreview",
    "embedly",
    "link preview",
    "bingpreview",
    "pingdom",
];

/// Whether a request comes from a program that only looks for a preview, by what it calls itself.
pub(crate) fn is_preview_bot(request: &HttpRequest) -> bool {
    let name = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = name.to_ascii_lowercase();
    PREVIEW_BOTS.iter().any(|bot| name.contains(bot))
}

/// Each proxy adds at the right whom it heard from: the first from there that is none of ours is the client.
fn origin(peer: IpAddr, forwarded: &str, trusted: &[IpNet]) -> IpAddr {
    let mut client = peer.to_canonical();
    for hop in forwarded.rsplit(',') {
        let ours = trusted.iter().any(|network| network.contains(&client));
        match hop_address(hop.trim()) {
            Some(address) if ours => client = address,
            _ => break,
        }
    }
    client
}

/// The address of a hop; some proxies add the port. One of IPv4 is written in its own way, so that networks know it.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let address = hop.parse().or_else(|_| hop.parse::<SocketAddr>().map(|socket| socket.ip()));
    address.ok().map(|address| address.to_canonical())
}

/// The token that a client sends with each call.
pub(crate) fn bearer(request: &HttpRequest) -> Option<BearerToken> {
    bearer_token(request.headers().get(AUTHORIZATION)?.to_str().ok()?)
}

/// The token of an `Authorization`.
pub(crate) fn bearer_token(authorization: &str) -> Option<BearerToken> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| BearerToken::attempt(token.trim()))
}

/// The token of the session that a browser holds.
pub(crate) fn session(request: &HttpRequest) -> Option<BearerToken> {
    request.cookie(SESSION_COOKIE).map(|cookie| BearerToken::attempt(cookie.value()))
}

/// The user of the session that a browser holds.
pub(crate) async fn session_viewer(request: &HttpRequest, services: &Services) -> Result<Option<Viewer>, PageError> {
    match session(request) {
        Some(token) => Ok(sign_in::viewer(services, &token).await?),
        None => Ok(None),
    }
}

/// What accounts know a browser by.
pub(crate) fn devices(request: &HttpRequest) -> Vec<DeviceToken> {
    let cookies = request.cookies();
    let cookies = cookies.iter().flat_map(|cookies| cookies.iter());
    let devices = cookies.filter(|cookie| cookie.name().starts_with(DEVICE_COOKIE));
    devices.take(MAX_DEVICES).map(|cookie| DeviceToken::attempt(cookie.value())).collect()
}

/// Lets a browser keep what the account of this user knows it by.
pub(crate) fn device_cookie(services: &Services, user: UserId, device: &DeviceToken) -> Cookie<'static> {
    let name = format!("{DEVICE_COOKIE}{}", short_id::encode(user));
    cookie(services, name, device.expose_secret().to_owned(), "/a".to_owned(), KNOWN_FOR.num_seconds())
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

/// Gives a visitor of a link a cookie. The pages of links are shown in frames of other sites, and there browsers keep
/// only cookies that say so, each for the site around it. That takes TLS: without it, a frame of another site forgets.
/// Nothing is done in the name of who has one, so that it is of no use to a form of another site.
pub(crate) fn set_visitor_cookie(
    response: &mut HttpResponseBuilder,
    services: &Services,
    name: &'static str,
    value: String,
    path: String,
    seconds: i64,
) {
    let mut cookie = cookie(services, name, value, path, seconds);
    if cookie.secure() == Some(true) {
        cookie.set_same_site(SameSite::None);
        response.append_header((SET_COOKIE, format!("{cookie}; Partitioned")));
    } else {
        response.append_header((SET_COOKIE, cookie.to_string()));
    }
}

/// Refuses a form that another site sent.
pub(crate) fn same_origin(request: &HttpRequest, services: &Services) -> Result<(), PageError> {
    let Some(origin) = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok()) else { return Ok(()) };
    let host = request.connection_info().host().to_owned();
    let own = origin == services.public_url || origin.split_once("://").is_some_and(|(_, sender)| sender == host);
    if own { Ok(()) } else { Err(PageError::NotFound) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{http::header::HeaderValue, test::TestRequest};

    #[test]
    fn only_trusted_proxies_say_where_a_request_comes_from() {
        let trusted = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().expect("a network"));
        for (peer, forwarded, client) in [
            ("10.1.2.3", "203.0.113.9", "203.0.113.9"),
            ("10.1.2.3", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
            ("10.1.2.3", "198.51.100.1, 203.0.113.9, 10.9.9.9", "203.0.113.9"),
            ("10.1.2.3", "fd00::7", "fd00::7"),
            ("fd00::1", "2001:db8::5", "2001:db8::5"),
            ("10.1.2.3", "10.0.0.8", "10.0.0.8"),
            ("10.1.2.3", "", "10.1.2.3"),
            ("::ffff:10.1.2.3", "203.0.113.9", "203.0.113.9"),
            ("::ffff:192.0.2.1", "", "192.0.2.1"),
            ("10.1.2.3", "::ffff:203.0.113.9, ::ffff:10.0.0.8", "203.0.113.9"),
            ("10.1.2.3", "203.0.113.9:51234", "203.0.113.9"),
            ("10.1.2.3", "[2001:db8::5]:443", "2001:db8::5"),
            ("10.1.2.3", "203.0.113.9, nonsense", "10.1.2.3"),
            ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
            ("192.0.2.1", "203.0.113.9, 10.0.0.8", "192.0.2.1"),
        ] {
            let found = origin(peer.parse().expect("an address"), forwarded, &trusted);
            assert_eq!(found.to_string(), client, "{peer} says {forwarded}");
        }
    }

    #[test]
    fn the_first_that_is_not_trusted_is_told_of_once() {
        let trusted = TrustedProxies::new(vec!["10.0.0.0/8".parse().expect("a network")]);
        let told = ["10.1.2.3", "::ffff:10.1.2.3", "192.0.2.1", "192.0.2.1", "192.0.2.2"]
            .map(|peer| trusted.is_first_stranger(peer.parse().expect("an address")));
        assert_eq!(told, [false, false, true, false, false]);
    }

    #[test]
    fn what_is_no_text_does_not_hide_what_a_proxy_says() {
        let trusted = TrustedProxies::new(vec!["10.0.0.0/8".parse().expect("a network")]);
        let forwarded = HeaderValue::from_bytes(b"\xff, 203.0.113.9").expect("a header");
        let request = TestRequest::default()
            .peer_addr("10.1.2.3:99".parse().expect("an address"))
            .insert_header(("x-forwarded-for", forwarded))
            .app_data(web::Data::new(trusted))
            .to_http_request();
        assert_eq!(address(&request).to_string(), "203.0.113.9");
    }
}
