//! The addresses that the processes listen on.

use crate::config::Config;
use std::{
    io,
    net::{SocketAddr, TcpListener},
};

/// Listens on the address of the server, or says in one line why not.
pub fn bind(config: &Config) -> anyhow::Result<TcpListener> {
    listen(config.listen, "VITRINE_LISTEN=127.0.0.1:4001")
}

/// The address at which a worker answers `/metrics`, if one is configured.
pub(crate) fn bind_metrics(config: &Config) -> anyhow::Result<Option<TcpListener>> {
    config.metrics_listen.map(|address| listen(address, "VITRINE_METRICS_LISTEN=127.0.0.1:9101")).transpose()
}

fn listen(address: SocketAddr, other: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "port {} is taken by another program; stop it, or choose another with {other}",
            address.port()
        ),
        _ => anyhow::anyhow!("cannot listen on {address}: {error}"),
    })
}
