//! The address that a request comes from, behind reverse proxies, too.

use actix_web::{HttpRequest, http::header::HeaderName, web};
use ipnet::IpNet;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::atomic::{AtomicBool, Ordering},
};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// The reverse proxies that are believed when they say where a request comes from.
#[derive(Default)]
pub(crate) struct TrustedProxies {
    networks: Vec<IpNet>,
    /// Whether the log has already told of a peer that is not believed.
    told: AtomicBool,
}

impl TrustedProxies {
    pub(crate) fn new(networks: Vec<IpNet>) -> Self {
        Self { networks, told: AtomicBool::new(false) }
    }

    fn trusts(&self, peer: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&peer.to_canonical()))
    }

    /// Whether this peer is the first untrusted one that says where a request comes from. It may be a reverse proxy
    /// that the configuration forgot; all clients behind it count as one address, and slow each other down.
    fn is_first_stranger(&self, peer: IpAddr) -> bool {
        !self.trusts(peer) && !self.told.swap(true, Ordering::Relaxed)
    }
}

/// The address of the client. Headers of proxies that are not ours are not believed, because anybody can send them.
pub(crate) fn client_address(request: &HttpRequest) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let Some(trusted) = request.app_data::<web::Data<TrustedProxies>>() else { return peer.to_canonical() };
    if request.headers().contains_key(FORWARDED_FOR) && trusted.is_first_stranger(peer) {
        tracing::warn!(
            "X-Forwarded-For came from {peer} and was not believed, because VITRINE_TRUSTED_PROXIES does not name it. \
             If this is your reverse proxy, add it there: until then all who come through it count as one address"
        );
    }
    // A client may send bytes that are no text; the addresses that our proxies have added behind them still count.
    let forwarded = request.headers().get_all(FORWARDED_FOR).map(|it| String::from_utf8_lossy(it.as_bytes()));
    client(peer, &forwarded.collect::<Vec<_>>().join(","), &trusted.networks)
}

/// The host that a client asked for, as a reverse proxy of ours says.
pub(super) fn forwarded_host(request: &HttpRequest) -> Option<String> {
    let trusted = request.app_data::<web::Data<TrustedProxies>>()?;
    request.peer_addr().filter(|peer| trusted.trusts(peer.ip()))?;
    // The first proxy, which the client asked, comes first.
    let hosts = request.headers().get(FORWARDED_HOST)?.to_str().ok()?;
    hosts.split(',').next().map(|host| host.trim().to_owned())
}

/// Each proxy adds the address of its own client at the right. So the first address from the right that is none of our
/// proxies is the client.
fn client(peer: IpAddr, forwarded: &str, trusted: &[IpNet]) -> IpAddr {
    let mut found = peer.to_canonical();
    for hop in forwarded.rsplit(',') {
        let ours = trusted.iter().any(|network| network.contains(&found));
        match hop_address(hop.trim()) {
            Some(address) if ours => found = address,
            _ => break,
        }
    }
    found
}

/// The address of a hop; some proxies add the port. An IPv4 address written as IPv6 becomes IPv4, as networks are.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let address = hop.parse().or_else(|_| hop.parse::<SocketAddr>().map(|socket| socket.ip()));
    address.ok().map(|address| address.to_canonical())
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
            let found = super::client(peer.parse().expect("an address"), forwarded, &trusted);
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
    fn only_trusted_proxies_say_which_host_was_asked_for() {
        for (peer, host) in [("10.1.2.3:99", Some("media.example")), ("192.0.2.1:99", None)] {
            let trusted = TrustedProxies::new(vec!["10.0.0.0/8".parse().expect("a network")]);
            let request = TestRequest::default()
                .peer_addr(peer.parse().expect("an address"))
                .insert_header(("x-forwarded-host", "media.example, inner.example"))
                .app_data(web::Data::new(trusted))
                .to_http_request();
            assert_eq!(forwarded_host(&request).as_deref(), host, "{peer}");
        }
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
        assert_eq!(client_address(&request).to_string(), "203.0.113.9");
    }
}
