//! A private Redis.

use super::{
    Durability, ServersError,
    process::{self, Server},
};
use nix::sys::signal::Signal;
use std::{
    fs,
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    time::Duration,
};

/// How long a start may take. Redis reads the log of all writes first.
const START_TIMEOUT: Duration = Duration::from_secs(30);

pub(super) struct Redis {
    _server: Server,
    url: String,
}

impl Redis {
    pub(super) fn start(root: &Path, logs: &Path, durability: Durability) -> Result<Self, ServersError> {
        let program = process::find(&["redis-server", "valkey-server"], &[])
            .ok_or(ServersError::Missing("Redis", "redis-server"))?;
        let (data, socket) = (root.join("redis"), socket(root));
        for folder in [Some(data.as_path()), socket.parent()].into_iter().flatten() {
            process::make_private(folder, None)?;
        }
        // The socket of a killed server would look like a running one.
        let _ = fs::remove_file(&socket);

        let mut command = process::command(program);
        command.args(["--port", "0", "--daemonize", "no", "--unixsocketperm", "700", "--save", ""]);
        command.args(["--maxmemory-policy", "noeviction", "--appendfsync", "everysec"]);
        command.args(["--appendonly", if durability == Durability::Durable { "yes" } else { "no" }]);
        command.arg("--dir").arg(&data).arg("--unixsocket").arg(&socket);
        let mut server = Server::spawn(&mut command, "Redis", logs.join("redis.log"), Signal::SIGTERM)?;
        server.wait_until(START_TIMEOUT, || pong(&socket))?;
        Ok(Self { _server: server, url: url(root) })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

/// Where the Redis of this folder answers.
pub(super) fn url(root: &Path) -> String {
    format!("redis+unix://{}", process::url_encoded(&socket(root)))
}

/// Whether Redis answers.
pub(super) fn answers(root: &Path) -> bool {
    pong(&socket(root))
}

/// The socket is not in Postgres's folder of sockets, because that folder may belong to another user.
fn socket(root: &Path) -> PathBuf {
    let socket = root.join("redis").join("socket");
    if process::socket_folder(root).starts_with(root) {
        socket
    } else {
        std::env::temp_dir().join(format!("vitrine-redis-{}", process::digest(root))).join("socket")
    }
}

fn pong(socket: &Path) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(b"PING\r\n")?;
        let mut answer = [0; 5];
        stream.read_exact(&mut answer)?;
        Ok(&answer == b"+PONG")
    };
    ask().unwrap_or(false)
}
