//! The address of Postgres, parsed once when a process starts.

use super::{
    DatabaseUrlError,
    parameters::{self, Mode},
    tls,
};
use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long one of several hosts may take to accept a connection, so that there is time left for the next one.
const HOST_TIMEOUT: Duration = Duration::from_millis(500);

/// Where Postgres is. Cheap to clone; its `Debug` shows no password.
#[derive(Clone)]
pub struct Database {
    pub(super) pooled: Arc<Server>,
    /// For what needs a session of its own, where the other address is that of `PgBouncer`.
    pub(super) direct: Arc<Server>,
}

/// One address.
pub(super) struct Server {
    /// The URL without its password.
    pub(super) shown: String,
    pub(super) config: tokio_postgres::Config,
    pub(super) tls: MakeRustlsConnect,
    /// What is tried, one after the other.
    pub(super) attempts: &'static [SslMode],
    pub(super) password_file: Option<PathBuf>,
}

impl Database {
    /// Postgres at this URL. The file with its password, if there is one, is read at every connection, so that the password
    /// can be changed while we run. Certificates are read here, once.
    pub fn new(url: &str, password_file: Option<&Path>) -> Result<Self, DatabaseUrlError> {
        let (known, security) = parameters::split(url)?;
        if credentials_end(url).is_some_and(|at| url[at + 1..].split('?').next().is_some_and(|rest| rest.contains('@')))
        {
            return Err(DatabaseUrlError::At);
        }
        let mut config: tokio_postgres::Config = known.parse().map_err(invalid)?;
        if config.get_hosts().len() > 1 && config.get_connect_timeout().is_none() {
            config.connect_timeout(HOST_TIMEOUT);
        }
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(DatabaseUrlError::Invalid("it names no host".to_owned()));
        }
        let all_local =
            config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_))) && config.get_hostaddrs().is_empty();
        if let Some(path) = password_file {
            std::fs::read_to_string(path)
                .map_err(|error| DatabaseUrlError::file("DATABASE_PASSWORD_FILE", path, error))?;
        }
        let server = Arc::new(Server {
            shown: without_password(url),
            tls: tls::connector(&security)?,
            // Postgres has no TLS on Unix sockets.
            attempts: if all_local { &[SslMode::Disable] } else { attempts(security.mode) },
            config,
            password_file: password_file.map(Path::to_owned),
        });
        Ok(Self { pooled: Arc::clone(&server), direct: server })
    }

    /// The same database, of which what needs a session of its own (`LISTEN`, migrations and their lock) uses another address,
    /// past `PgBouncer`.
    #[must_use]
    pub fn with_direct(self, direct: Self) -> Self {
        Self { direct: direct.direct, ..self }
    }
}

/// What each mode tries. Whether a further try makes sense is decided by the failure of the one before.
fn attempts(mode: Mode) -> &'static [SslMode] {
    match mode {
        Mode::Disable => &[SslMode::Disable],
        Mode::Allow => &[SslMode::Disable, SslMode::Require],
        Mode::Prefer => &[SslMode::Prefer, SslMode::Disable],
        Mode::Require | Mode::VerifyCa | Mode::VerifyFull => &[SslMode::Require],
    }
}

fn invalid(error: tokio_postgres::Error) -> DatabaseUrlError {
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    DatabaseUrlError::Invalid(cause.unwrap_or_else(|| error.to_string()))
}

/// Where the user name and the password end.
fn credentials_end(url: &str) -> Option<usize> {
    url.find('@')
}

fn without_password(url: &str) -> String {
    let start = url.find("://").map_or(0, |place| place + 3);
    let end = credentials_end(url).unwrap_or(start);
    let user = url[start..end].split(':').next().unwrap_or_default();
    let (place, parameters) = url[end..].split_once('?').map_or((&url[end..], None), |(a, b)| (a, Some(b)));
    let others = |text: &str| {
        let shown = text.split('&').filter(|parameter| !parameter.starts_with("password="));
        shown.collect::<Vec<_>>().join("&")
    };
    let parameters = parameters.map(|text| format!("?{}", others(text))).unwrap_or_default();
    format!("{}{user}{place}{parameters}", &url[..start])
}

impl FromStr for Database {
    type Err = DatabaseUrlError;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        Self::new(url, None)
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({})", self.pooled.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (url, shown) in [
            ("postgres://u:secret@h/d?sslmode=require", "Database(postgres://u@h/d?sslmode=require)"),
            ("postgres://u:sec?ret@h:1,i:2/d", "Database(postgres://u@h:1,i:2/d)"),
            ("postgres:///d?host=/run&password=secret&user=u", "Database(postgres:///d?host=/run&user=u)"),
        ] {
            assert_eq!(format!("{:?}", url.parse::<Database>().unwrap()), shown);
        }
        for wrong in [
            "mysql://u:secret@h/d",
            "postgres://u:secret@extra@h/d",
            "postgres://u:secret@h:port/d",
            "postgres://u:secret@h/d?sslmode=secret",
            "postgres://u:secret@h/d?sslrootcert=/nowhere/ca.pem",
            "postgres://u:secret@h/d?passfile=secret",
            "u:secret@h/d",
        ] {
            let error = wrong.parse::<Database>().map(drop).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
