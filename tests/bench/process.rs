//! The real program as a process of its own, whose memory and time nobody else has a part in.

use crate::client::{Client, graphql};
use serde_json::{Value, json};
use std::{
    fs,
    net::{SocketAddr, TcpListener},
    process::{Child, Command},
    time::Duration,
};
use tempfile::TempDir;
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, servers};

const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) { token } }";

/// A process `vitrine serve` on a database of its own.
pub(crate) struct Process {
    child: Child,
    pub(crate) url: String,
    pub(crate) folder: TempDir,
    pub(crate) database_url: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    pub(crate) async fn start() -> Self {
        let servers = servers();
        let database_url = servers.database_url(&servers.new_database().await);
        let folder = tempfile::tempdir().expect("a folder");
        let (child, url) = spawn(&database_url, &folder).await;
        Self { child, url, folder, database_url }
    }

    /// Kills it and starts it anew, on the same database.
    pub(crate) async fn restart(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        (self.child, self.url) = spawn(&self.database_url, &self.folder).await;
    }

    /// A figure of the process in megabytes: `VmRSS` now, `VmHWM` at its highest.
    pub(crate) fn memory(&self, figure: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix(figure)).expect("the figure");
        let kilobytes =
            line.trim_matches(&[':', '\t', ' '][..]).split(' ').next().and_then(|text| text.parse::<f64>().ok());
        kilobytes.expect("a number") / 1024.0
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How long the cores have worked for the process since it began.
    pub(crate) fn worked(&self) -> Duration {
        worked(self.id())
    }

    pub(crate) async fn call(&self, token: &str, query: &str, variables: Value) -> Value {
        let mut client = Client::connect(&self.url).await;
        client.send(graphql(token, query, &variables).as_bytes()).await;
        read_json(&mut client).await
    }

    /// A token of the administrator.
    pub(crate) async fn admin(&self) -> String {
        let input = json!({ "input": { "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD } });
        self.call("", SIGN_IN, input).await["data"]["signIn"]["token"].as_str().expect("a token").to_owned()
    }
}

/// How long the cores have worked for a process since it began.
#[cfg(target_os = "linux")]
pub(crate) fn worked(process: u32) -> Duration {
    let id = nix::unistd::Pid::from_raw(i32::try_from(process).expect("an id"));
    nix::time::ClockId::pid_cpu_clock_id(id).and_then(nix::time::ClockId::now).expect("a process").into()
}

/// Only Linux tells another process's time.
#[cfg(not(target_os = "linux"))]
pub(crate) fn worked(_process: u32) -> Duration {
    Duration::ZERO
}

/// An address of this machine with a port that nobody uses.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
}

/// Starts the program, and waits until it can serve.
async fn spawn(database_url: &str, folder: &TempDir) -> (Child, String) {
    let address = free_address();
    let program = std::env::current_exe().expect("a path").with_file_name("vitrine");
    let child = Command::new(program)
        .arg("serve")
        .env("VITRINE_REQUEST_RATE", "off")
        .env("DATABASE_URL", database_url)
        .env("VITRINE_DATA", folder.path())
        .env("VITRINE_LISTEN", address.to_string())
        .env("VITRINE_PUBLIC_URL", format!("http://{address}"))
        // Those who measure may come from many addresses.
        .env("VITRINE_TRUSTED_PROXIES", "127.0.0.1")
        .env("VITRINE_SECRET_KEY", "benchmark ".repeat(4))
        .spawn()
        .expect("`vitrine` lies beside this program");
    let url = format!("http://{address}");
    while !reqwest::get(format!("{url}/readyz")).await.is_ok_and(|answer| answer.status() == 200) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    (child, url)
}

pub(crate) async fn read_json(client: &mut Client) -> Value {
    let answer = client.answer().await;
    let body = client.body(answer).await;
    serde_json::from_slice(&body).expect("JSON")
}
