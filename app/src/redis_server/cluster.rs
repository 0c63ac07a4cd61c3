//! A cluster, whose nodes tell which of them has which keys.

use super::{
    hosts::{Hosts, Rest},
    password::PasswordFile,
};
use futures::future::select_ok;
use redis::{
    Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, RedisConnectionInfo, RedisResult, TlsCertificates,
    cluster::ClusterClientBuilder, cluster_async::ClusterConnection,
};
use std::{fmt, time::Duration};

/// Where some nodes of a cluster are. They name the others.
#[derive(Clone)]
pub(super) struct Cluster {
    hosts: Hosts,
    certificates: TlsCertificates,
}

impl Cluster {
    /// Reads `redis+cluster://user:password@host:6379,host:6379`; none, if it is another URL. A cluster has no databases.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let rest = Rest::of(url, "cluster").filter(|rest| ["", "0"].contains(&rest.path))?;
        let certificates = TlsCertificates { client_tls: None, root_cert: None };
        Some(Self { hosts: rest.hosts(6379, "0")?, certificates })
    }

    pub(super) fn is_tls(&self) -> bool {
        self.hosts.is_tls
    }

    pub(super) fn user(&self) -> Option<&str> {
        self.hosts.settings.username()
    }

    pub(super) fn with_certificates(self, certificates: TlsCertificates) -> Self {
        Self { certificates, ..self }
    }

    /// A connection to all nodes, which follows keys from one node to another.
    pub(super) async fn connect(
        &self,
        password: Option<&PasswordFile>,
        timeout: Duration,
    ) -> RedisResult<ClusterConnection> {
        let nodes = self.nodes(&self.hosts.settings)?;
        // One node that never answers must not use up the time for all of it.
        let mut builder = ClusterClientBuilder::new(nodes).connection_timeout(timeout / 2).response_timeout(timeout);
        if self.is_tls() {
            builder = builder.certs(self.certificates.clone());
        }
        if let Some(password) = password {
            builder = builder.set_credentials_provider(password.clone());
        }
        builder.build()?.get_async_connection().await
    }

    /// The nodes, with a user and a password.
    fn nodes(&self, settings: &RedisConnectionInfo) -> RedisResult<Vec<ConnectionInfo>> {
        let node = |address: ConnectionAddr| Ok(address.into_connection_info()?.set_redis_settings(settings.clone()));
        self.hosts.addresses().map(node).collect()
    }

    /// A client of one node, the first that answers.
    pub(super) async fn node(&self, own: Option<&(String, String)>) -> RedisResult<Client> {
        let mut settings = self.hosts.settings.clone();
        if let Some((user, password)) = own {
            settings = settings.set_username(user).set_password(password);
        }
        let asked = self.nodes(&settings)?.into_iter().map(|node| {
            Box::pin(async move {
                let client = if self.is_tls() {
                    Client::build_with_tls(node, self.certificates.clone())?
                } else {
                    Client::open(node)?
                };
                client.get_multiplexed_async_connection().await?;
                Ok(client)
            })
        });
        select_ok(asked).await.map(|(client, _)| client)
    }
}

/// Without the password.
impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the cluster of{}", self.hosts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_name_nodes() {
        for (url, shown) in [
            ("redis+cluster://one,two:1234", "the cluster of one:6379 two:1234"),
            ("redis+cluster://mary:a%40b@one:1/", "the cluster of one:1"),
            ("rediss+cluster://[::1],[::2]:1/0", "the cluster of ::1:6379 ::2:1"),
        ] {
            let found = Cluster::parse(url).expect(url);
            assert_eq!(found.to_string(), shown);
            assert_eq!(found.is_tls(), url.starts_with("rediss"));
        }
        let mary = Cluster::parse("redis+cluster://mary:a%40b@one:1,two").unwrap().hosts.settings;
        assert_eq!((mary.username(), mary.password()), (Some("mary"), Some("a@b")));
        for wrong in [
            "redis://one",
            "redis+cluster://",
            "redis+cluster://one,",
            "redis+cluster://one:port",
            "redis+cluster://one/3",
            "redis+cluster://one/press",
            "redis+cluster://one#insecure",
            "redis+cluster://one?protocol=resp3",
            "redis+sentinel://one/press",
        ] {
            assert!(Cluster::parse(wrong).is_none(), "{wrong}");
        }
    }
}
