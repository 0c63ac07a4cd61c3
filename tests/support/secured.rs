//! A Postgres and a Redis of one test, on TCP, with TLS and passwords, and a `PgBouncer`.

use crate::{Authority, LONG};
use api::installation::servers::{programs, tie_to_parent, unprivileged};
use nix::{sys::signal::Signal, unistd::Pid};
use std::{
    fs::{self, Permissions},
    net::{TcpListener, TcpStream},
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Who may connect to the Postgres of a test: `mary` with a password; `tls` only with TLS, `plain` only without, and `robot`
/// only with a certificate.
const WHO: &str = "
local all all trust
hostssl all tls all scram-sha-256
hostnossl all plain all scram-sha-256
hostssl all robot all scram-sha-256 clientcert=verify-full
host all mary all scram-sha-256
";

/// A process that is stopped when this is dropped.
pub(crate) struct Process(pub(crate) Child);

impl Drop for Process {
    fn drop(&mut self) {
        if let Ok(id) = i32::try_from(self.0.id()) {
            let _ = nix::sys::signal::kill(Pid::from_raw(id), Signal::SIGINT);
        }
        let _ = self.0.wait();
    }
}

/// A running Postgres.
pub struct SecuredPostgres {
    _process: Process,
    folder: TempDir,
    /// Its port.
    pub port: u16,
}

/// A running Redis.
pub struct SecuredRedis {
    _process: Process,
    /// Its folder, with `ca.crt` and the certificates `server` and `robot`.
    pub folder: TempDir,
    /// Its port.
    pub port: u16,
}

impl SecuredPostgres {
    /// Starts one for the host `localhost`, with TLS if there is an authority to sign its certificate.
    pub fn start(authority: Option<&Authority>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let user = unprivileged().expect("a user for Postgres");
        let as_user = |program: &str| {
            let mut command = Command::new(programs(None).expect("Postgres is installed").join(program));
            if let Some(user) = user {
                command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
            }
            command
                .current_dir("/")
                .env("LC_ALL", "C")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            command
        };
        let give = |path: &Path, mode: u32| {
            fs::set_permissions(path, Permissions::from_mode(mode)).expect("a mode");
            if let Some(user) = user {
                chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw())).expect("an owner");
            }
        };
        give(folder.path(), 0o755);
        let mut made = as_user("initdb");
        made.args([
            "-U",
            "vitrine",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--lc-ctype=C.UTF-8",
            "--no-sync",
            "-D",
        ]);
        assert!(made.arg(&data).status().expect("initdb runs").success());
        fs::write(data.join("pg_hba.conf"), WHO).expect("a file");
        let port = free_port();
        let mut command = as_user("postgres");
        command.arg("-D").arg(&data).arg("-k").arg(folder.path()).args(["-p", &port.to_string(), "-c", "fsync=off"]);
        if let Some(authority) = authority {
            fs::write(data.join("ca.crt"), &authority.pem).expect("a file");
            authority.sign("localhost").write(&data, "server");
            for file in ["ca.crt", "server.crt", "server.key"] {
                give(&data.join(file), 0o600);
            }
            let settings = ["ssl=on", "ssl_ca_file=ca.crt", "ssl_cert_file=server.crt", "ssl_key_file=server.key"];
            command.args(settings.iter().flat_map(|setting| ["-c", *setting]));
        }
        tie_to_parent(&mut command, Signal::SIGINT);
        let process = Process(command.spawn().expect("Postgres starts"));
        // The eighth line tells it.
        until(|| {
            let text = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
            text.lines().nth(7).is_some_and(|line| line.trim() == "ready")
        });
        Self { _process: process, folder, port }
    }

    /// The address of a database for the operator, who needs no password.
    pub fn operator(&self, database: &str) -> String {
        format!("postgres:///{database}?host={}&port={}&user=vitrine", self.folder.path().display(), self.port)
    }
}

impl SecuredRedis {
    /// Starts one for the host `localhost` with TLS, for which `clients` says whether clients show a certificate, and these
    /// options.
    pub fn start(authority: &Authority, clients: &str, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("ca.crt"), &authority.pem).expect("a file");
        authority.sign("localhost").write(folder.path(), "server");
        authority.sign("robot").write(folder.path(), "robot");
        let port = free_port();
        let mut command = Command::new("redis-server");
        command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.args(["--port", "0", "--tls-port", &port.to_string(), "--tls-ca-cert-file", "ca.crt", "--save", ""]);
        command.args(["--tls-cert-file", "server.crt", "--tls-key-file", "server.key", "--tls-auth-clients", clients]);
        command.args(options);
        tie_to_parent(&mut command, Signal::SIGINT);
        let process = Process(command.spawn().expect("Redis starts"));
        until(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
        Self { _process: process, folder, port }
    }
}

/// A running `PgBouncer`.
pub struct PgBouncer {
    _process: Process,
    _folder: TempDir,
    /// Its port.
    pub port: u16,
}

impl PgBouncer {
    /// Starts one in front of the Postgres whose sockets are in this folder, of which each client has a session of its own;
    /// none, if it is not installed.
    pub fn start(sockets: &str) -> Option<Self> {
        let program =
            ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].into_iter().find(|path| Path::new(path).exists())?;
        let folder = tempfile::tempdir().expect("a folder");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("a mode");
        let (port, users, settings) = (free_port(), folder.path().join("users"), folder.path().join("settings"));
        fs::write(&users, "\"vitrine\" \"\"\n").expect("a file");
        let text = format!(
            "[databases]\n* = host={sockets}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = trust\nauth_file = {}\npool_mode = session\ndefault_pool_size = 50\n",
            users.display()
        );
        fs::write(&settings, text).expect("a file");
        let mut command = Command::new(program);
        if let Some(user) = unprivileged().expect("a user") {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        command.arg("--quiet").arg(&settings).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.current_dir("/");
        tie_to_parent(&mut command, Signal::SIGINT);
        let process = Process(command.spawn().expect("PgBouncer starts"));
        until(|| TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(Self { _process: process, _folder: folder, port })
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

pub(crate) fn until(ready: impl Fn() -> bool) {
    let start = Instant::now();
    while !ready() {
        assert!(start.elapsed() < LONG, "it does not start");
        std::thread::sleep(Duration::from_millis(10));
    }
}
