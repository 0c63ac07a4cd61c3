//! Two servers of Redis, of which one follows the other, and a Sentinel that has it take over.

use crate::{
    LONG,
    secured::{Process, free_port, until},
};
use api::installation::servers::tie_to_parent;
use nix::sys::signal::Signal;
use redis::{Client, cmd};
use std::{
    fs,
    net::TcpStream,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

/// Two servers that a Sentinel calls `press`. Their password is `secret`, and that of the Sentinel `theirs`.
pub struct WatchedRedis {
    servers: [Option<Process>; 2],
    _sentinel: Process,
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
        let servers = ports.map(|port| {
            let options = format!("--port {port} --bind 127.0.0.1 --requirepass secret --masterauth secret --save");
            let mut options: Vec<String> = options.split(' ').map(ToOwned::to_owned).collect();
            options.push(String::new());
            if port == ports[1] {
                options.extend(["--replicaof".to_owned(), "127.0.0.1".to_owned(), ports[0].to_string()]);
            }
            let process = run(&options);
            until(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
            Some(process)
        });
        // A Sentinel asks only every ten seconds who follows.
        until_followed(ports[0]).await;
        let sentinel = free_port();
        let settings = format!(
            "port {sentinel}\nbind 127.0.0.1\nrequirepass theirs\nsentinel monitor press 127.0.0.1 {} 1\n\
             sentinel auth-pass press secret\nsentinel down-after-milliseconds press 300\n\
             sentinel failover-timeout press 1000\n",
            ports[0]
        );
        fs::write(folder.path().join("sentinel.conf"), settings).expect("a file");
        let watching = run(&["sentinel.conf".to_owned(), "--sentinel".to_owned()]);
        until(|| TcpStream::connect(("127.0.0.1", sentinel)).is_ok());
        Self { servers, _sentinel: watching, folder, ports, sentinel }
    }

    /// A file in its folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Has the other server take over, as for an upgrade of this one, as soon as the Sentinel agrees.
    pub async fn switch(&self) {
        let old = if takes_writes(self.ports[0]).await { self.ports[0] } else { self.ports[1] };
        let client = Client::open(format!("redis://:theirs@127.0.0.1:{}", self.sentinel)).expect("a URL");
        let switched = async {
            let mut conn = client.get_multiplexed_async_connection().await.expect("a connection");
            while cmd("SENTINEL").arg("FAILOVER").arg("press").query_async::<()>(&mut conn).await.is_err() {
                sleep(Duration::from_millis(20)).await;
            }
            while takes_writes(old).await {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(LONG, switched).await.expect("the other server takes over");
    }

    /// Kills the server that takes writes, as soon as the other one has all of it.
    pub async fn kill(&mut self) {
        for (server, port) in self.servers.iter_mut().zip(self.ports) {
            if takes_writes(port).await {
                until_followed(port).await;
                if let Some(mut process) = server.take() {
                    process.0.kill().expect("it runs");
                    process.0.wait().expect("it has ended");
                }
                return;
            }
        }
        panic!("no server takes writes");
    }
}

async fn connection(port: u16) -> redis::aio::MultiplexedConnection {
    let client = Client::open(format!("redis://:secret@127.0.0.1:{port}")).expect("a URL");
    client.get_multiplexed_async_connection().await.expect("a connection")
}

async fn takes_writes(port: u16) -> bool {
    let replication: String =
        cmd("INFO").arg("replication").query_async(&mut connection(port).await).await.expect("an answer");
    replication.contains("role:master")
}

/// Waits until another server has all that this one has.
async fn until_followed(port: u16) {
    let mut conn = connection(port).await;
    let followed = async {
        // A write, which can be waited for.
        let _: () = cmd("SET").arg("followed").arg(1).query_async(&mut conn).await.expect("an answer");
        while cmd("WAIT").arg(1).arg(100).query_async::<usize>(&mut conn).await.expect("an answer") == 0 {}
    };
    timeout(LONG, followed).await.expect("the other server follows");
}
