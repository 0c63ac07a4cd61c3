//! The address of Redis, parsed once when a process starts.

use super::password::PasswordFile;
use redis::{
    Client, ClientTlsConfig, ConnectionAddr, IntoConnectionInfo, RedisError, RedisResult, TlsCertificates,
    aio::{ConnectionManager, ConnectionManagerConfig, PubSub},
};
use std::{
    fmt, fs,
    path::{Path, PathBuf},
    str::FromStr,
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
}

/// Why an address of Redis cannot be used, and what to do. The text has no password.
#[derive(Debug, thiserror::Error)]
pub enum RedisUrlError {
    /// It is no URL of Redis.
    #[error(
        "it is no URL of Redis; it looks like rediss://user:password@host:6379/0 or redis+unix:///run/redis.sock?db=0"
    )]
    NotUrl,
    /// The certificate of the server would not be checked.
    #[error("its end #insecure is not supported; name the certificate authority of the server in VITRINE_REDIS_CA")]
    Insecure,
    /// Certificates are named, but TLS is not wanted.
    #[error("VITRINE_REDIS_CA, VITRINE_REDIS_CERT and VITRINE_REDIS_KEY are for rediss://")]
    NoTls,
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
    client: Client,
    password: Option<PasswordFile>,
}

impl RedisServer {
    /// Redis at this URL. Certificates are read here, once.
    pub fn new(url: &str, files: &RedisFiles) -> Result<Self, RedisUrlError> {
        let RedisFiles { ca, certificate, key, password } = files;
        let info = url.into_connection_info().map_err(|_| RedisUrlError::NotUrl)?;
        let (is_tls, insecure) = match info.addr() {
            ConnectionAddr::TcpTls { insecure, .. } => (true, *insecure),
            _ => (false, false),
        };
        if insecure {
            return Err(RedisUrlError::Insecure);
        }
        let client_tls = match (certificate, key) {
            (Some(certificate), Some(key)) => {
                Some(ClientTlsConfig { client_cert: read(certificate)?, client_key: read(key)? })
            }
            (None, None) => None,
            _ => return Err(RedisUrlError::Pair),
        };
        let certificates = TlsCertificates { client_tls, root_cert: ca.as_deref().map(read).transpose()? };
        let user = info.redis_settings().username().unwrap_or("default").to_owned();
        let client = if is_tls {
            Client::build_with_tls(info, certificates).map_err(RedisUrlError::Certificates)?
        } else if certificates.root_cert.is_some() || certificates.client_tls.is_some() {
            return Err(RedisUrlError::NoTls);
        } else {
            Client::open(info).map_err(|_| RedisUrlError::NotUrl)?
        };
        let password = password.clone().map(|path| PasswordFile { user, path });
        if let Some(password) = &password {
            read(&password.path)?;
        }
        Ok(Self { client, password })
    }

    /// A connection that is opened at the first use.
    pub(super) fn manager(&self, config: ConnectionManagerConfig) -> RedisResult<ConnectionManager> {
        let config = match &self.password {
            Some(password) => config.set_credentials_provider(password.clone()),
            None => config,
        };
        ConnectionManager::new_lazy_with_config(self.client.clone(), config)
    }

    /// A connection of its own for subscriptions.
    pub async fn subscriber(&self) -> RedisResult<PubSub> {
        let Some(password) = &self.password else { return self.client.get_async_pubsub().await };
        let info = self.client.get_connection_info().clone();
        let settings = info.redis_settings().clone().set_username(&password.user).set_password(password.read()?);
        Client::open(info.set_redis_settings(settings))?.get_async_pubsub().await
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
        write!(f, "RedisServer({})", self.client.get_connection_info().addr())
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
        ] {
            assert_eq!(format!("{:?}", url.parse::<RedisServer>().unwrap()), shown);
        }
        for wrong in ["http://u:secret@h", "rediss://u:secret@h/#insecure", "redis://u:secret@h:port", "secret"] {
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
        ] {
            assert!(RedisServer::new(url, &files).is_err(), "{url} {files:?}");
        }
        assert!(RedisServer::new("rediss://h", &none()).is_ok());
    }
}
