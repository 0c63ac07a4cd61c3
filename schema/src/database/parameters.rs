//! Reads the parameters of a URL that `tokio_postgres` does not know, which are those about certificates, and takes them
//! out of the URL. They mean what they mean to libpq.

use super::DatabaseUrlError;
use percent_encoding::percent_decode_str;
use std::path::PathBuf;

/// How a connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// Who may have signed the certificate of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Roots {
    /// Those whom the operating system trusts.
    System,
    /// Those in this file.
    File(PathBuf),
}

/// The certificate of the client, and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ClientFiles {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// What a URL says about TLS, in a combination that makes sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Security {
    pub(super) mode: Mode,
    pub(super) roots: Option<Roots>,
    pub(super) client: Option<ClientFiles>,
}

/// Splits a URL into one for `tokio_postgres`, and what it says about TLS.
pub(super) fn split(url: &str) -> Result<(String, Security), DatabaseUrlError> {
    let scheme = ["postgres://", "postgresql://"].into_iter().find(|scheme| url.starts_with(scheme));
    let scheme = scheme.ok_or(DatabaseUrlError::NotUrl)?;
    // A password may contain a question mark.
    let after_credentials = url.find('@').map_or(scheme.len(), |at| at + 1);
    let Some(question) = url[after_credentials..].find('?').map(|place| after_credentials + place) else {
        return Ok((url.to_owned(), Security::new(None, None, None, None)?));
    };
    let (mut mode, mut roots, mut certificate, mut key) = (None, None, None, None);
    let mut others = Vec::new();
    for parameter in url[question + 1..].split('&') {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = || percent_decode_str(value).decode_utf8_lossy().into_owned();
        match name {
            "sslmode" => mode = Some(Mode::parse(&value())?),
            "sslrootcert" if value() == "system" => roots = Some(Roots::System),
            "sslrootcert" => roots = Some(Roots::File(value().into())),
            "sslcert" => certificate = Some(value().into()),
            "sslkey" => key = Some(value().into()),
            _ => others.push(parameter),
        }
    }
    let rest = if others.is_empty() { String::new() } else { format!("?{}", others.join("&")) };
    Ok((format!("{}{rest}", &url[..question]), Security::new(mode, roots, certificate, key)?))
}

impl Mode {
    fn parse(text: &str) -> Result<Self, DatabaseUrlError> {
        Ok(match text {
            "disable" => Self::Disable,
            "allow" => Self::Allow,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => {
                return Err(DatabaseUrlError::Combination(
                    "sslmode is one of disable, allow, prefer, require, verify-ca and verify-full",
                ));
            }
        })
    }
}

impl Security {
    fn new(
        mode: Option<Mode>,
        roots: Option<Roots>,
        certificate: Option<PathBuf>,
        key: Option<PathBuf>,
    ) -> Result<Self, DatabaseUrlError> {
        let client = match (certificate, key) {
            (Some(certificate), Some(key)) => Some(ClientFiles { certificate, key }),
            (None, None) => None,
            _ => {
                return Err(DatabaseUrlError::Combination(
                    "sslcert and sslkey belong together; one of them is missing",
                ));
            }
        };
        let mode = match (mode, &roots) {
            (None, Some(Roots::System)) => Mode::VerifyFull,
            // Everybody can get a certificate that the system trusts, for a host name of their own.
            (Some(mode), Some(Roots::System)) if mode != Mode::VerifyFull => {
                return Err(DatabaseUrlError::Combination("sslrootcert=system wants sslmode=verify-full"));
            }
            (Some(Mode::VerifyCa | Mode::VerifyFull), None) => {
                return Err(DatabaseUrlError::Combination(
                    "sslmode=verify-ca and verify-full want sslrootcert: the file with the certificate authority of the \
                     server, or with verify-full the word system for those that this machine trusts",
                ));
            }
            // As in libpq, for compatibility with its older versions.
            (Some(Mode::Require), Some(Roots::File(_))) => Mode::VerifyCa,
            (mode, _) => mode.unwrap_or(Mode::Prefer),
        };
        Ok(Self { mode, roots, client })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_as_libpq_reads_them() {
        let file = |name: &str| Some(Roots::File(name.into()));
        for (parameters, mode, roots) in [
            ("", Mode::Prefer, None),
            ("?application_name=x", Mode::Prefer, None),
            ("?sslmode=disable", Mode::Disable, None),
            ("?sslmode=allow", Mode::Allow, None),
            ("?sslmode=require", Mode::Require, None),
            ("?sslmode=require&sslrootcert=/ca%20of%20us.pem", Mode::VerifyCa, file("/ca of us.pem")),
            ("?sslmode=verify-ca&sslrootcert=ca.pem", Mode::VerifyCa, file("ca.pem")),
            ("?sslrootcert=ca.pem&sslmode=verify-full", Mode::VerifyFull, file("ca.pem")),
            ("?sslrootcert=ca.pem", Mode::Prefer, file("ca.pem")),
            ("?sslrootcert=system", Mode::VerifyFull, Some(Roots::System)),
            ("?sslrootcert=system&sslmode=verify-full", Mode::VerifyFull, Some(Roots::System)),
        ] {
            let (_, security) = split(&format!("postgres://u:p?a@h/d{parameters}")).expect(parameters);
            assert_eq!(security, Security { mode, roots, client: None }, "{parameters}");
        }
        for wrong in [
            "sslmode=yes",
            "sslmode=verify-ca",
            "sslmode=verify-full",
            "sslmode=verify-ca&sslrootcert=system",
            "sslmode=require&sslrootcert=system",
            "sslcert=a",
            "sslkey=a",
        ] {
            assert!(split(&format!("postgres://h/d?{wrong}")).is_err(), "{wrong}");
        }
        assert!(matches!(split("host=h dbname=d"), Err(DatabaseUrlError::NotUrl)));
    }

    #[test]
    fn all_other_parameters_stay() {
        for (url, rest) in [
            ("postgres://u:p?a@h/d?sslmode=require", "postgres://u:p?a@h/d"),
            ("postgresql://h/d?a=b&sslmode=prefer&c=%20", "postgresql://h/d?a=b&c=%20"),
            ("postgres:///d?host=/run&sslcert=c&sslkey=k&user=u", "postgres:///d?host=/run&user=u"),
        ] {
            assert_eq!(split(url).unwrap().0, rest);
        }
    }
}
