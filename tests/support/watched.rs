//! Two servers of Redis, of which one follows the other, and a Sentinel that has it take over.

use crate::{
    LONG,
    secured::{Process, free_port, until},
};
use api::installation::servers::tie_to_parent;
use nix::sys::signal::Signal;
use redis::{AsyncConnectionConfig, Client, aio::MultiplexedConnection, cmd};
use std::{
    fs,
    net::TcpStream,
    path::PathBuf,
    process::{Command, Stdio},
};
use tempfile::TempDir;
use tokio::time::timeout;

/// Two servers that a Sentinel calls `press`. Their password is `secret`, and that of the Sentinel `theirs`.
pub struct WatchedRedis {
    first: Option<Process>,
    _others: [Process; 2],
    folder: TempDir,
    ports: [u16; 2],
    /// The port of the Sentinel.
    pub sentinel: u16,
}

impl WatchedRedis {
    /// Starts all three. The first server takes writes.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let run = |arguments: &[String]| {
            let mut command = Command::new("redis-server");
            command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command.args(arguments);
            tie_to_parent(&mut command, Signal::SIGINT);
            Process(command.spawn().expect("Redis starts"))
        };
        let ports = [free_port(), free_port()];
        let [first, second] = ports.map(|port| {
            let options = format!("--port {port} --bind 127.0.0.1 --requirepass secret --masterauth secret --save");
            let mut options: Vec<String> = options.split(' ').map(ToOwned::to_owned).collect();
            options.push(String::new());
            if port == ports[1] {
                options.extend(["--replicaof".to_owned(), "127.0.0.1".to_owned(), ports[0].to_string()]);
            }
            let process = run(&options);
            until(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
            process
        });
        // A Sentinel asks only every ten seconds who follows.
        until_followed(ports[0], "followed").await;
        let sentinel = free_port();
        let settings = format!(
            "port {sentinel}\nbind 127.0.0.1\nrequirepass theirs\nsentinel monitor press 127.0.0.1 {} 1\n\
             sentinel auth-pass press secret\nsentinel down-after-milliseconds press 300\n\
             sentinel failover-timeout press 10000\n",
            ports[0]
        );
        fs::write(folder.path().join("sentinel.conf"), settings).expect("a file");
        let watching = run(&["sentinel.conf".to_owned(), "--sentinel".to_owned()]);
        until(|| TcpStream::connect(("127.0.0.1", sentinel)).is_ok());
        Self { first: Some(first), _others: [second, watching], folder, ports, sentinel }
    }

    /// A file in its folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Has the first server follow nobody, so that it only reads, or take writes again.
    pub async fn only_reads(&self, only_reads: bool) {
        let [host, port] = if only_reads { ["127.0.0.1", "1"] } else { ["NO", "ONE"] };
        let command = cmd("REPLICAOF").arg(host).arg(port).clone();
        let _: () = command.query_async(&mut connection(self.ports[0]).await).await.expect("an answer");
    }

    /// Kills the first server, as soon as the other one has all of it.
    pub async fn kill_first(&mut self) {
        until_followed(self.ports[0], "followed").await;
        if let Some(mut first) = self.first.take() {
            first.0.kill().expect("it runs");
        }
    }
}

/// Waits for answers longer than the client does by itself.
async fn connected(url: &str) -> MultiplexedConnection {
    let patient = AsyncConnectionConfig::new().set_connection_timeout(Some(LONG)).set_response_timeout(Some(LONG));
    let client = Client::open(url).expect("a URL");
    client.get_multiplexed_async_connection_with_config(&patient).await.expect("a connection")
}

pub(crate) async fn connection(port: u16) -> MultiplexedConnection {
    connected(&format!("redis://:secret@127.0.0.1:{port}")).await
}

/// Waits until another server has all that this one has. Writes this key.
pub(crate) async fn until_followed(port: u16, key: &str) {
    let mut conn = connection(port).await;
    let followed = async {
        // A write, which can be waited for.
        let _: () = cmd("SET").arg(key).arg(1).query_async(&mut conn).await.expect("an answer");
        while cmd("WAIT").arg(1).arg(100).query_async::<usize>(&mut conn).await.expect("an answer") == 0 {}
    };
    timeout(LONG, followed).await.expect("the other server follows");
}
