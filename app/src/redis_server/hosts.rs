//! URLs that name several hosts.

use redis::{ConnectionAddr, IntoConnectionInfo, RedisConnectionInfo};
use std::fmt;

/// Several hosts, and what is the same for all of them.
#[derive(Clone)]
pub(super) struct Hosts {
    addresses: Vec<(String, u16)>,
    /// The database, and the user and the password of the server.
    pub(super) settings: RedisConnectionInfo,
    pub(super) is_tls: bool,
}

/// A URL such as `redis+sentinel://user:password@host,host:26379/path`, without its hosts.
pub(super) struct Rest<'a> {
    is_tls: bool,
    authority: &'a str,
    /// What follows the first slash; empty, if there is none.
    pub(super) path: &'a str,
}

impl<'a> Rest<'a> {
    /// Reads a URL whose scheme is `redis+` or `rediss+` and this; none, if it is another URL.
    pub(super) fn of(url: &'a str, kind: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let is_tls = match scheme.strip_suffix(kind)? {
            "redis+" => false,
            "rediss+" => true,
            _ => return None,
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        (!rest.contains(['?', '#'])).then_some(Self { is_tls, authority, path })
    }

    /// The hosts, with this port where they have none.
    pub(super) fn hosts(&self, port: u16, database: &str) -> Option<Hosts> {
        let (user, hosts) = match self.authority.rsplit_once('@') {
            Some((user, hosts)) => (format!("{user}@"), hosts),
            None => (String::new(), self.authority),
        };
        let mut addresses = Vec::new();
        let mut settings = None;
        for host in hosts.split(',') {
            let has_port = host.rsplit_once(']').map_or(host, |(_, port)| port).contains(':');
            let port = if has_port { String::new() } else { format!(":{port}") };
            let info = format!("redis://{user}{host}{port}/{database}").into_connection_info().ok()?;
            let ConnectionAddr::Tcp(host, port) = info.addr() else { return None };
            addresses.push((host.clone(), *port));
            settings.get_or_insert_with(|| info.redis_settings().clone());
        }
        Some(Hosts { addresses, settings: settings?, is_tls: self.is_tls })
    }
}

impl Hosts {
    /// Their addresses for a client.
    pub(super) fn addresses(&self) -> impl Iterator<Item = ConnectionAddr> {
        self.addresses.iter().cloned().map(|(host, port)| {
            if self.is_tls {
                ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }
            } else {
                ConnectionAddr::Tcp(host, port)
            }
        })
    }
}

/// Without the password.
impl fmt::Display for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.addresses.iter().try_for_each(|(host, port)| write!(f, " {host}:{port}"))
    }
}
