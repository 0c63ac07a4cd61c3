//! Sentinels, who watch several servers, and tell which of them takes writes now.

use super::hosts::{Hosts, Rest};
use futures::future::select_ok;
use redis::{
    Client, ConnectionAddr, RedisResult, TlsCertificates, TlsMode,
    sentinel::{SentinelClientBuilder, SentinelServerType},
};
use std::fmt;

/// Where Sentinels are, and what they are asked for.
#[derive(Clone)]
pub(super) struct Sentinels {
    hosts: Hosts,
    /// The name of the server among those that they watch.
    name: String,
    certificates: TlsCertificates,
}

/// Users and passwords that are read when they are needed.
pub(super) struct Passwords {
    /// The user and the password of the server; none: as the URL says.
    pub(super) of_server: Option<(String, String)>,
    /// The password of the Sentinels.
    pub(super) of_sentinels: Option<String>,
}

impl Sentinels {
    /// Reads `redis+sentinel://user:password@host:26379,host:26379/name/0`; none, if it is another URL.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let rest = Rest::of(url, "sentinel")?;
        let (name, database) = rest.path.split_once('/').unwrap_or((rest.path, "0"));
        let hosts = rest.hosts(26379, database)?;
        let certificates = TlsCertificates { client_tls: None, root_cert: None };
        (!name.is_empty()).then_some(Self { hosts, name: name.to_owned(), certificates })
    }

    pub(super) fn is_tls(&self) -> bool {
        self.hosts.is_tls
    }

    pub(super) fn user(&self) -> Option<&str> {
        self.hosts.settings.username()
    }

    pub(super) fn database(&self) -> i64 {
        self.hosts.settings.db()
    }

    pub(super) fn with_certificates(self, certificates: TlsCertificates) -> Self {
        Self { certificates, ..self }
    }

    /// The server that takes writes now. All Sentinels are asked at once, and the first counts that names a server which agrees:
    /// the host of another one may be dead.
    pub(super) async fn client(&self, passwords: &Passwords) -> RedisResult<Client> {
        let asked = self.hosts.addresses().map(|address| Box::pin(self.ask(address, passwords)));
        select_ok(asked).await.map(|(client, _)| client)
    }

    async fn ask(&self, address: ConnectionAddr, passwords: &Passwords) -> RedisResult<Client> {
        let mut asked = SentinelClientBuilder::new([address], &self.name, SentinelServerType::Master)?
            .set_client_to_redis_db(self.hosts.settings.db());
        if self.is_tls() {
            asked = asked
                .set_client_to_redis_tls_mode(TlsMode::Secure)
                .set_client_to_sentinel_tls_mode(TlsMode::Secure)
                .set_client_to_redis_certificates(self.certificates.clone())
                .set_client_to_sentinel_certificates(self.certificates.clone());
        }
        let Passwords { of_server, of_sentinels } = passwords;
        let (user, password) = match of_server {
            Some((user, password)) => (Some(user.as_str()), Some(password.as_str())),
            None => (self.hosts.settings.username(), self.hosts.settings.password()),
        };
        if let Some(user) = user {
            asked = asked.set_client_to_redis_username(user);
        }
        if let Some(password) = password {
            asked = asked.set_client_to_redis_password(password);
        }
        if let Some(password) = of_sentinels {
            asked = asked.set_client_to_sentinel_password(password);
        }
        asked.build()?.async_get_client().await
    }
}

/// Without the password.
impl fmt::Display for Sentinels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of{}", self.name, self.hosts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_name_sentinels_and_a_server() {
        for (url, shown) in [
            ("redis+sentinel://one,two:1234/press", "press of one:26379 two:1234"),
            ("redis+sentinel://mary:a%40b@one:1/press/3", "press of one:1"),
            ("rediss+sentinel://[::1],[::2]:1/press", "press of ::1:26379 ::2:1"),
        ] {
            let found = Sentinels::parse(url).expect(url);
            assert_eq!(found.to_string(), shown);
            assert_eq!(found.is_tls(), url.starts_with("rediss"));
        }
        let mary = Sentinels::parse("redis+sentinel://mary:a%40b@one:1/press/3").unwrap().hosts.settings;
        assert_eq!((mary.username(), mary.password(), mary.db()), (Some("mary"), Some("a@b"), 3));
        for wrong in [
            "redis://one/press",
            "redis+sentinel://one",
            "redis+sentinel://one/",
            "redis+sentinel:///press",
            "redis+sentinel://one,/press",
            "redis+sentinel://one:port/press",
            "redis+sentinel://one/press/database",
            "redis+sentinel://one/press#insecure",
            "redis+sentinel://one/press/0?protocol=resp3",
        ] {
            assert!(Sentinels::parse(wrong).is_none(), "{wrong}");
        }
    }
}
