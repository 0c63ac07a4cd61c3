//! The address of Redis, parsed once when a process starts.

use super::{
    cluster::Cluster,
    password::PasswordFile,
    sentinels::{Passwords, Sentinels},
};
use redis::{
    AsyncConnectionConfig, Client, ClientTlsConfig, ConnectionAddr, IntoConnectionInfo, RedisError, RedisResult,
    TlsCertificates,
    aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection, PubSub},
    cluster_async::ClusterConnection,
};
use std::{
    fmt, fs,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

/// Files that belong to the address of Redis.
#[derive(Debug, Clone, Default)]
pub struct RedisFiles {
    /// The certificate authority of the server, where it is none that this machine trusts.
    pub ca: Option<PathBuf>,
    /// The certificate of the client.
    pub certificate: Option<PathBuf>,
    /// The key of this certificate.
    pub key: Option<PathBuf>,
    /// The password, which is read at every connection.
    pub password: Option<PathBuf>,
    /// The password of the Sentinels, which is read whenever they are asked.
    pub sentinel_password: Option<PathBuf>,
}

/// Why an address of Redis cannot be used, and what to do. The text has no password.
#[derive(Debug, thiserror::Error)]
pub enum RedisUrlError {
    /// It is no URL of Redis.
    #[error(
        "it is no URL of Redis; it looks like rediss://user:password@host:6379/0, redis+unix:///run/redis.sock?db=0, \
         rediss+sentinel://user:password@host:26379,host:26379/name/0, or \
         rediss+cluster://user:password@host:6379,host:6379"
    )]
    NotUrl,
    /// The certificate of the server would not be checked.
    #[error("its end #insecure is not supported; name the certificate authority of the server in VITRINE_REDIS_CA")]
    Insecure,
    /// Certificates are named, but TLS is not wanted.
    #[error(
        "VITRINE_REDIS_CA, VITRINE_REDIS_CERT and VITRINE_REDIS_KEY are for rediss://, rediss+sentinel:// and rediss+cluster://"
    )]
    NoTls,
    /// A password of Sentinels is named, but no Sentinel.
    #[error("VITRINE_REDIS_SENTINEL_PASSWORD_FILE is for redis+sentinel:// and rediss+sentinel://")]
    NoSentinels,
    /// Only one of two files.
    #[error("VITRINE_REDIS_CERT and VITRINE_REDIS_KEY belong together; one of them is missing")]
    Pair,
    /// A file that is named cannot be read.
    #[error("{0} cannot be read: {1}")]
    File(PathBuf, std::io::Error),
    /// A certificate or a key is no PEM.
    #[error("its certificates cannot be used: {0}")]
    Certificates(RedisError),
}

/// Where Redis is. Cheap to clone; its `Debug` shows no password.
#[derive(Clone)]
pub struct RedisServer {
    place: Place,
    password: Option<PasswordFile>,
    sentinel_password: Option<PasswordFile>,
}

#[derive(Clone)]
enum Place {
    /// At an address.
    Here(Client),
    /// Where these say.
    Sentinels(Sentinels),
    /// On all nodes of this cluster.
    Cluster(Cluster),
}

/// A connection that heals by itself, as long as the password stays, and the server where it is.
#[derive(Clone)]
pub(super) enum Manager {
    One(ConnectionManager),
    Cluster(ClusterConnection),
}

impl RedisServer {
    /// Redis at this URL. Certificates are read here, once.
    pub fn new(url: &str, files: &RedisFiles) -> Result<Self, RedisUrlError> {
        let RedisFiles { ca, certificate, key, password, sentinel_password } = files;
        let client_tls = match (certificate, key) {
            (Some(certificate), Some(key)) => {
                Some(ClientTlsConfig { client_cert: read(certificate)?, client_key: read(key)? })
            }
            (None, None) => None,
            _ => return Err(RedisUrlError::Pair),
        };
        let certificates = TlsCertificates { client_tls, root_cert: ca.as_deref().map(read).transpose()? };
        let has_certificates = certificates.root_cert.is_some() || certificates.client_tls.is_some();
        let (place, user) = if let Some(sentinels) = Sentinels::parse(url) {
            if has_certificates && !sentinels.is_tls() {
                return Err(RedisUrlError::NoTls);
            }
            let user = sentinels.user().map(ToOwned::to_owned);
            (Place::Sentinels(sentinels.with_certificates(certificates)), user)
        } else if let Some(cluster) = Cluster::parse(url) {
            if has_certificates && !cluster.is_tls() {
                return Err(RedisUrlError::NoTls);
            }
            if sentinel_password.is_some() {
                return Err(RedisUrlError::NoSentinels);
            }
            let user = cluster.user().map(ToOwned::to_owned);
            (Place::Cluster(cluster.with_certificates(certificates)), user)
        } else {
            let info = url.into_connection_info().map_err(|_| RedisUrlError::NotUrl)?;
            let (is_tls, insecure) = match info.addr() {
                ConnectionAddr::TcpTls { insecure, .. } => (true, *insecure),
                _ => (false, false),
            };
            if insecure {
                return Err(RedisUrlError::Insecure);
            }
            if sentinel_password.is_some() {
                return Err(RedisUrlError::NoSentinels);
            }
            let user = info.redis_settings().username().map(ToOwned::to_owned);
            let client = if is_tls {
                Client::build_with_tls(info, certificates).map_err(RedisUrlError::Certificates)?
            } else if has_certificates {
                return Err(RedisUrlError::NoTls);
            } else {
                Client::open(info).map_err(|_| RedisUrlError::NotUrl)?
            };
            (Place::Here(client), user)
        };
        let file = |path: &Option<PathBuf>, user: Option<String>| -> Result<_, RedisUrlError> {
            let Some(path) = path.clone() else { return Ok(None) };
            read(&path)?;
            Ok(Some(PasswordFile { user: user.unwrap_or_else(|| "default".to_owned()), path }))
        };
        Ok(Self { place, password: file(password, user)?, sentinel_password: file(sentinel_password, None)? })
    }

    /// Whether it may be elsewhere when it is connected again.
    pub(super) fn may_move(&self) -> bool {
        match self.place {
            Place::Here(_) => false,
            Place::Sentinels(_) | Place::Cluster(_) => true,
        }
    }

    /// Whether its keys are on several nodes.
    pub fn is_cluster(&self) -> bool {
        matches!(self.place, Place::Cluster(_))
    }

    /// What keys begin with that one script uses together: `prefix`, and in a cluster a hash tag behind it, because a script finds
    /// only the keys of its node.
    pub fn prefix_of_keys(&self, prefix: &str) -> String {
        if self.is_cluster() { format!("{prefix}:{{{prefix}}}") } else { prefix.to_owned() }
    }

    /// A client that connects with the present password; of a cluster, to one of its nodes.
    async fn client(&self) -> RedisResult<Client> {
        let own = match &self.password {
            Some(file) => Some((file.user.clone(), file.read()?)),
            None => None,
        };
        match (&self.place, own) {
            (Place::Here(client), None) => Ok(client.clone()),
            (Place::Here(client), Some((user, password))) => {
                let info = client.get_connection_info().clone();
                let settings = info.redis_settings().clone().set_username(user).set_password(password);
                Client::open(info.set_redis_settings(settings))
            }
            (Place::Sentinels(sentinels), of_server) => {
                let of_sentinels = self.sentinel_password.as_ref().map(PasswordFile::read).transpose()?;
                sentinels.client(&Passwords { of_server, of_sentinels }).await
            }
            (Place::Cluster(cluster), own) => cluster.node(own.as_ref()).await,
        }
    }

    /// A connection that waits for so long, and tries again so often. Where the server may move, it is where it was when this was
    /// called.
    pub(super) async fn manager(&self, timeout: Duration, retries: usize) -> RedisResult<Manager> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(timeout))
            .set_response_timeout(Some(timeout))
            .set_number_of_retries(retries);
        let manager = match (&self.place, &self.password) {
            (Place::Cluster(cluster), password) => {
                return cluster.connect(password.as_ref(), timeout).await.map(Manager::Cluster);
            }
            (Place::Here(client), Some(password)) => ConnectionManager::new_lazy_with_config(
                client.clone(),
                config.set_credentials_provider(password.clone()),
            ),
            _ => ConnectionManager::new_lazy_with_config(self.client().await?, config),
        };
        manager.map(Manager::One)
    }

    /// The number of its database.
    pub(super) fn database(&self) -> i64 {
        match &self.place {
            Place::Here(client) => client.get_connection_info().redis_settings().db(),
            Place::Sentinels(sentinels) => sentinels.database(),
            Place::Cluster(_) => 0,
        }
    }

    /// A connection of its own to one server, of a cluster to one of its nodes, which waits for so long.
    pub async fn one_server(&self, timeout: Duration) -> RedisResult<MultiplexedConnection> {
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(Some(timeout)).set_response_timeout(Some(timeout));
        self.client().await?.get_multiplexed_async_connection_with_config(&config).await
    }

    /// A connection of its own for subscriptions. In a cluster, any node passes on what is published on another.
    pub async fn subscriber(&self) -> RedisResult<PubSub> {
        self.client().await?.get_async_pubsub().await
    }
}

fn read(path: impl AsRef<Path>) -> Result<Vec<u8>, RedisUrlError> {
    let path = path.as_ref();
    fs::read(path).map_err(|error| RedisUrlError::File(path.to_owned(), error))
}

impl FromStr for RedisServer {
    type Err = RedisUrlError;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        Self::new(url, &RedisFiles::default())
    }
}

impl fmt::Debug for RedisServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Here(client) => write!(f, "RedisServer({})", client.get_connection_info().addr()),
            Place::Sentinels(sentinels) => write!(f, "RedisServer({sentinels})"),
            Place::Cluster(cluster) => write!(f, "RedisServer({cluster})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (url, shown) in [
            ("redis://u:secret@h/3", "RedisServer(h:6379)"),
            ("rediss://:secret@h:1234", "RedisServer(h:1234)"),
            ("redis+unix:///run/redis.sock?db=2&pass=secret", "RedisServer(/run/redis.sock)"),
            ("redis+sentinel://u:secret@one,two/press", "RedisServer(press of one:26379 two:26379)"),
            ("redis+cluster://u:secret@one,two", "RedisServer(the cluster of one:6379 two:6379)"),
        ] {
            assert_eq!(format!("{:?}", url.parse::<RedisServer>().unwrap()), shown);
        }
        for wrong in [
            "http://u:secret@h",
            "rediss://u:secret@h/#insecure",
            "redis://u:secret@h:port",
            "redis+sentinel://:secret@h",
            "redis+cluster://:secret@h/3",
            "secret",
        ] {
            let error = wrong.parse::<RedisServer>().unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn files_fit_the_address() {
        let file = || Some(PathBuf::from("/dev/null"));
        let none = RedisFiles::default;
        for (url, files) in [
            ("redis://h", RedisFiles { ca: file(), ..none() }),
            ("redis+unix:///h", RedisFiles { certificate: file(), key: file(), ..none() }),
            ("rediss://h", RedisFiles { certificate: file(), ..none() }),
            ("rediss://h", RedisFiles { key: file(), ..none() }),
            ("rediss://h", RedisFiles { certificate: file(), key: file(), ..none() }),
            ("rediss://h", RedisFiles { ca: Some("/nowhere".into()), ..none() }),
            ("redis://h", RedisFiles { password: Some("/nowhere".into()), ..none() }),
            ("redis://h", RedisFiles { sentinel_password: file(), ..none() }),
            ("rediss://h", RedisFiles { sentinel_password: file(), ..none() }),
            ("redis+sentinel://h/press", RedisFiles { sentinel_password: Some("/nowhere".into()), ..none() }),
            ("redis+sentinel://h/press", RedisFiles { ca: file(), ..none() }),
            ("redis+cluster://h", RedisFiles { ca: file(), ..none() }),
            ("redis+cluster://h", RedisFiles { sentinel_password: file(), ..none() }),
        ] {
            assert!(RedisServer::new(url, &files).is_err(), "{url} {files:?}");
        }
        assert!(RedisServer::new("rediss://h", &none()).is_ok());
    }
}
