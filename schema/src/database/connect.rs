//! Opens connections.

use super::{Database, target::Server};
use diesel::{ConnectionError, ConnectionResult, connection::InstrumentationEvent};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use rustls::CertificateError;
use std::{error::Error as _, io};
use tokio_postgres::{Error, error::SqlState};

impl Database {
    /// Opens a connection that may be shared with other clients between transactions.
    pub async fn connect(&self) -> ConnectionResult<AsyncPgConnection> {
        self.pooled.connect().await
    }

    /// Opens a connection with a session of its own.
    pub async fn connect_directly(&self) -> ConnectionResult<AsyncPgConnection> {
        self.direct.connect().await
    }
}

impl Server {
    async fn connect(&self) -> ConnectionResult<AsyncPgConnection> {
        let Self { shown, config, tls, attempts, password_file } = self;
        let mut config = config.clone();
        if let Some(path) = password_file {
            let read = tokio::fs::read_to_string(path).await;
            let told = |error| ConnectionError::BadConnection(format!("cannot read {}: {error}", path.display()));
            config.password(read.map_err(told)?.trim_end_matches(['\r', '\n']));
        }
        let mut attempts = attempts.iter().peekable();
        while let Some(mode) = attempts.next() {
            match config.ssl_mode(*mode).connect(tls.clone()).await {
                Ok((client, connection)) => {
                    let mut conn = AsyncPgConnection::try_from_client_and_connection(client, connection).await?;
                    // What counts statements learns by this which database the connection is for.
                    let event = InstrumentationEvent::start_establish_connection(shown);
                    conn.instrumentation().on_connection_event(event);
                    return Ok(conn);
                }
                Err(error) if attempts.peek().is_some() && is_about_encryption(&error) => {}
                Err(error) => return Err(ConnectionError::BadConnection(explained(&error))),
            }
        }
        Err(ConnectionError::BadConnection("nothing was tried".to_owned()))
    }
}

/// Whether a connection may succeed with TLS where it failed without, or the other way round.
fn is_about_encryption(error: &Error) -> bool {
    error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) || of_rustls(error).is_some()
}

fn of_rustls(error: &Error) -> Option<&rustls::Error> {
    error.source()?.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref()
}

/// The failure with its cause, and what to do, where that is known.
fn explained(error: &Error) -> String {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    let hint = match of_rustls(error) {
        Some(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature)) => {
            "; sslrootcert does not name the certificate authority of this server"
        }
        Some(rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        )) => "; connect to the host name that the certificate of the server is for",
        _ if cause.contains("server does not support TLS") => {
            "; switch it on there, or set sslmode=disable if nobody else can listen"
        }
        _ => "",
    };
    let text = error.to_string();
    if text.contains(&cause) { format!("{text}{hint}") } else { format!("{text}: {cause}{hint}") }
}
