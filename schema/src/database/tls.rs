//! TLS as a URL of Postgres wants it: how the certificate of the server is checked, and which one we show.

use super::{
    DatabaseUrlError,
    parameters::{ClientFiles, Mode, Roots, Security},
};
use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_cert_signed_by_trust_anchor,
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
    server::ParsedCertificate,
};
use std::{path::Path, sync::Arc};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Reads the files that are named, and makes the part that speaks TLS.
pub(super) fn connector(security: &Security) -> Result<MakeRustlsConnect, DatabaseUrlError> {
    let Security { mode, roots, client } = security;
    let provider = Arc::new(ring::default_provider());
    let roots = roots.as_ref().map(read_roots).transpose()?.map(Arc::new);
    let invalid = |error: &dyn std::fmt::Display| DatabaseUrlError::Invalid(error.to_string());
    let verifier: Arc<dyn ServerCertVerifier> = match (mode, roots) {
        (Mode::VerifyFull, Some(roots)) => {
            let verifier = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build();
            verifier.map_err(|error| invalid(&error))?
        }
        // Asked for without `verify`, nothing is checked, as in libpq; with roots, who has signed is.
        (Mode::VerifyCa, roots) => Arc::new(AnyName { roots, provider: Arc::clone(&provider) }),
        (Mode::Disable | Mode::Allow | Mode::Prefer | Mode::Require | Mode::VerifyFull, _) => {
            Arc::new(AnyName { roots: None, provider: Arc::clone(&provider) })
        }
    };
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| invalid(&error))?.dangerous().with_custom_certificate_verifier(verifier);
    let mut config = match client {
        Some(ClientFiles { certificate, key }) => {
            let chain = certificates("sslcert", certificate)?;
            let secret =
                PrivateKeyDer::from_pem_file(key).map_err(|error| DatabaseUrlError::file("sslkey", key, error))?;
            config
                .with_client_auth_cert(chain, secret)
                .map_err(|error| DatabaseUrlError::file("sslcert", certificate, error))?
        }
        None => config.with_no_client_auth(),
    };
    // Servers that begin with TLS at once (`sslnegotiation=direct`) ask for the name of the protocol.
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(MakeRustlsConnect::new(config))
}

fn read_roots(roots: &Roots) -> Result<RootCertStore, DatabaseUrlError> {
    let mut store = RootCertStore::empty();
    match roots {
        Roots::System => {
            // Single files of the system that cannot be read do not keep the others from being used.
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if store.is_empty() {
                return Err(DatabaseUrlError::Combination(
                    "sslrootcert=system: this machine has no certificate authorities; on Debian, apt-get install \
                     ca-certificates",
                ));
            }
        }
        Roots::File(path) => {
            for certificate in certificates("sslrootcert", path)? {
                store.add(certificate).map_err(|error| DatabaseUrlError::file("sslrootcert", path, error))?;
            }
        }
    }
    Ok(store)
}

/// The certificates of a PEM file, at least one.
fn certificates(name: &'static str, path: &Path) -> Result<Vec<CertificateDer<'static>>, DatabaseUrlError> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let read = read.map_err(|error| DatabaseUrlError::file(name, path, error))?;
    if read.is_empty() {
        return Err(DatabaseUrlError::file(name, path, "it has no certificate in PEM"));
    }
    Ok(read)
}

/// Checks who has signed the certificate of the server, but not for which host name; without roots, not even that.
#[derive(Debug)]
struct AnyName {
    roots: Option<Arc<RootCertStore>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(roots) = &self.roots {
            let certificate = ParsedCertificate::try_from(end_entity)?;
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, algorithms)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
