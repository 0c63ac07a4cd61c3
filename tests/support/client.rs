//! HTTP clients of tests.

use reqwest::{Client, ClientBuilder};

/// A client without the certificates of the system, which take longer to read than most tests; no server under test has TLS.
pub fn client() -> Client {
    client_builder().build().expect("a client")
}

/// The same, to be changed.
pub fn client_builder() -> ClientBuilder {
    // The storage uses the same cryptography, and may have chosen it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only([])
}
