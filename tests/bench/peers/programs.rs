//! The two other programs, which come from npm with a Node of their own: `PostGraphile`, which makes a GraphQL API of
//! the tables of a database, and Directus, which makes REST and GraphQL APIs of them, with users, rights and a log of
//! its own.

use crate::process::free_address;
use std::{io, net::SocketAddr, path::Path, process::Stdio};
use tests::packages;
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::{Duration, sleep},
};

/// Where the lock file and the scripts are.
const FILES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/bench/peers");

/// Where the packages of the lock file are.
const PACKAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../.cache/peers");

/// Where Node and its npm are.
const NODE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../.cache/peers-node");

/// As many connections to Postgres as a process of Vitrine keeps for requests.
const POOL: &str = "20";

/// The token of the administrator of Directus.
pub(super) const DIRECTUS_TOKEN: &str = "benchmark";

/// A process of one of them.
pub(super) struct Peer {
    _child: Child,
    pub(super) id: u32,
    pub(super) url: String,
}

/// Installs both; this takes minutes at the first time. The system's npm only installs another one: on an old Node it
/// would leave out what they need.
pub(super) async fn install() {
    packages::install(&Path::new(FILES).join("node"), Path::new(NODE)).await;
    let mut npm = node();
    npm.arg(format!("{NODE}/node_modules/npm/bin/npm-cli.js"));
    packages::install_by(npm, Path::new(FILES), Path::new(PACKAGES)).await;
}

/// What runs a script, with Node of the same version everywhere.
fn node() -> Command {
    let machine = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let program = format!("{NODE}/node_modules/node-linux-{machine}/bin/node");
    assert!(Path::new(&program).exists(), "tests/bench/peers has Node for Linux on x64 and arm64 only");
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// What runs a server as in production.
fn server() -> Command {
    let mut command = node();
    command.current_dir(PACKAGES).env("NODE_ENV", "production").env("GRAPHILE_ENV", "production");
    // Standard output is for the table.
    command.stdout(Stdio::from(io::stderr()));
    command
}

/// Starts a server, and waits until it takes connections.
async fn start(name: &str, command: &mut Command, address: SocketAddr) -> Peer {
    let mut child = command.spawn().expect("Node starts");
    while TcpStream::connect(address).await.is_err() {
        let ended = child.try_wait().expect("a process");
        assert!(ended.is_none(), "{name} does not start; above it says why");
        sleep(Duration::from_millis(20)).await;
    }
    let id = child.id().expect("a process");
    Peer { _child: child, id, url: format!("http://{address}") }
}

pub(super) async fn postgraphile(database_url: &str) -> Peer {
    let (mut command, address) = (server(), free_address());
    command.arg(format!("{FILES}/postgraphile.mjs"));
    command.env("PEER_DATABASE", database_url).env("PEER_PORT", address.port().to_string()).env("PEER_POOL", POOL);
    start("PostGraphile", &mut command, address).await
}

/// Adds the tables of Directus to the database, and starts it.
pub(super) async fn directus(database_url: &str) -> Peer {
    let address = free_address();
    let directus = |what: &str| {
        let mut command = server();
        // The program `directus` does the same after it has asked the registry for a newer version.
        command.arg(format!("{PACKAGES}/node_modules/@directus/api/dist/cli/run.js")).arg(what);
        command
            .env("DB_CLIENT", "pg")
            .env("DB_CONNECTION_STRING", database_url)
            .env("DB_POOL__MIN", "0")
            .env("DB_POOL__MAX", POOL)
            .env("HOST", address.ip().to_string())
            .env("PORT", address.port().to_string())
            .env("SECRET", "benchmark ".repeat(4))
            .env("ADMIN_EMAIL", "admin@example.com")
            .env("ADMIN_PASSWORD", "correct horse battery")
            .env("ADMIN_TOKEN", DIRECTUS_TOKEN)
            .env("LOG_LEVEL", "error")
            .env("TELEMETRY", "false")
            // Sixteen clients who do not pause are what it would turn away.
            .env("PRESSURE_LIMITER_ENABLED", "false");
        command
    };
    let done = directus("bootstrap").status().await.expect("Node starts");
    assert!(done.success(), "Directus makes no tables; above it says why");
    start("Directus", &mut directus("start"), address).await
}
