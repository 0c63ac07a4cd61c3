//! A private Postgres.

use super::{
    Durability, ServersError,
    process::{self, Identity, Server},
};
use nix::sys::signal::Signal;
use rand::RngExt;
use std::{
    fs::{self, File},
    os::unix::{fs::symlink, net::UnixStream, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// A locale that every system has, and that has more letters than A to Z.
const CTYPE: &str = if cfg!(target_os = "macos") { "--lc-ctype=en_US.UTF-8" } else { "--lc-ctype=C.UTF-8" };

/// How long a start may take. After a crash, Postgres replays its log first.
const START_TIMEOUT: Duration = Duration::from_mins(1);

/// How long to wait for processes that a killed server left running. They are no children of ours, so that their end
/// cannot be awaited.
const PREDECESSOR_ENDS: Duration = Duration::from_secs(10);

/// The folder for root's data if the user `postgres` cannot reach the data folder.
const REACHABLE: &str = "/var/lib/vitrine";

pub(super) struct Postgres {
    _server: Server,
    url: String,
}

impl Postgres {
    pub(super) fn start(root: &Path, logs: &Path, durability: Durability) -> Result<Self, ServersError> {
        let user = process::unprivileged()?;
        let log = logs.join("postgres.log");
        let data = match existing(root)? {
            Some(data) => data,
            None => make(root, user, durability, &log)?,
        };
        let sockets = socket_folder(root, user);
        for folder in [&data, &sockets] {
            process::make_private(folder, user)?;
        }
        wait_for_predecessor(&data);

        let mut command = as_user(&programs(Some(&data))?.join("postgres"), user);
        command.arg("-D").arg(&data).arg("-k").arg(&sockets).args(["-c", "listen_addresses="]);
        command.args(["-c", "logging_collector=off", "-c", "log_destination=stderr", "-c", "max_connections=200"]);
        if durability == Durability::Throwaway {
            command.args(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]);
        }
        let server = run(&mut command, &data.join("postmaster.pid"), &log)?;
        Ok(Self { _server: server, url: url_of(&sockets) })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

/// Where the Postgres of this folder answers.
pub(super) fn url(root: &Path) -> String {
    url_of(&socket_folder(root, process::unprivileged().ok().flatten()))
}

/// Whether Postgres answers.
pub(super) fn answers(root: &Path) -> bool {
    let sockets = socket_folder(root, process::unprivileged().ok().flatten());
    UnixStream::connect(sockets.join(".s.PGSQL.5432")).is_ok()
}

fn url_of(sockets: &Path) -> String {
    format!("postgres:///postgres?host={}&user=vitrine", process::url_encoded(sockets))
}

/// The folder of the database that was made for `root`. It is complete, because it gets its name last.
fn existing(root: &Path) -> Result<Option<PathBuf>, ServersError> {
    let name = root.join("postgres");
    match fs::read_link(&name) {
        Ok(target) if target.is_dir() => Ok(Some(target)),
        Ok(target) => Err(ServersError::Gone(name, target)),
        Err(_) => Ok(name.join("PG_VERSION").exists().then_some(name)),
    }
}

/// Makes the database under another name and then renames it, so that a start that was cut off leaves no half of one.
///
/// Root's home is closed to everybody else, so that root's data may have to live elsewhere; a symbolic link then leads
/// there. That folder has a random name, because the data folder may be moved or copied. Only the link tells which data
/// folder it belongs to, so that it is never deleted automatically.
fn make(root: &Path, user: Option<Identity>, durability: Durability, log: &Path) -> Result<PathBuf, ServersError> {
    let name = root.join("postgres");
    let elsewhere = user.is_some_and(|user| !process::reachable(&name, user));
    let fresh = if elsewhere {
        fs::create_dir_all(REACHABLE).map_err(ServersError::folder(Path::new(REACHABLE)))?;
        Path::new(REACHABLE).join(format!("{:032x}", rand::rng().random::<u128>()))
    } else {
        let beside = root.join("postgres.new");
        if beside.exists() {
            fs::remove_dir_all(&beside).map_err(ServersError::folder(&beside))?;
        }
        beside
    };
    let programs = programs(None)?;
    process::make_private(&fresh, user)?;
    let made = initialise(&programs, &fresh, user, durability, log).and_then(|()| {
        // An empty folder is removed; any other is in the way, and named in the error.
        let _ = fs::remove_dir(&name);
        let named = if elsewhere { symlink(&fresh, &name) } else { fs::rename(&fresh, &name) };
        named.map_err(ServersError::folder(&name))
    });
    if made.is_err() {
        let _ = fs::remove_dir_all(&fresh);
    }
    // The name must survive a crash as the data does.
    let _ = File::open(root).and_then(|folder| folder.sync_all());
    made.map(|()| if elsewhere { fresh } else { name })
}

fn socket_folder(root: &Path, user: Option<Identity>) -> PathBuf {
    let folder = process::socket_folder(root);
    match user {
        Some(user) if !process::reachable(&folder, user) => {
            std::env::temp_dir().join(format!("vitrine-{}", process::digest(root)))
        }
        _ => folder,
    }
}

/// The folder of the programs of Postgres: of the version that made the data, or else of the newest version.
pub fn programs(data: Option<&Path>) -> Result<PathBuf, ServersError> {
    let mut versions: Vec<(u32, PathBuf)> = Vec::new();
    for base in ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt"] {
        for entry in fs::read_dir(base).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let number: String = name.chars().filter(char::is_ascii_digit).collect();
            let programs = entry.path().join("bin");
            if (name == number || name.starts_with("postgresql")) && programs.join("postgres").is_file() {
                versions.push((number.parse().unwrap_or_default(), programs));
            }
        }
    }
    versions.sort();
    versions.reverse();
    let own = std::env::var_os("PG_BIN").map(PathBuf::from);
    let made_by = data.and_then(|data| Some((data, fs::read_to_string(data.join("PG_VERSION")).ok()?)));
    match made_by {
        Some((data, made_by)) if own.is_none() && !versions.is_empty() => {
            let made_by = made_by.trim().to_owned();
            let same = versions.into_iter().find(|(number, _)| number.to_string() == made_by);
            same.map(|(_, programs)| programs).ok_or_else(|| ServersError::OtherVersion(data.to_owned(), made_by))
        }
        _ => {
            let folders: Vec<PathBuf> =
                own.into_iter().chain(versions.into_iter().map(|(_, programs)| programs)).collect();
            let initdb = process::find(&["initdb"], &folders).ok_or(ServersError::Missing("Postgres", "postgresql"))?;
            Ok(initdb.parent().map(Path::to_owned).unwrap_or_default())
        }
    }
}

/// Fills an empty folder with a database, unless it fails or is cut off.
fn initialise(
    programs: &Path,
    data: &Path,
    user: Option<Identity>,
    durability: Durability,
    log: &Path,
) -> Result<(), ServersError> {
    let mut command = as_user(&programs.join("initdb"), user);
    command.current_dir("/").env("LC_ALL", "C").args([
        "-U",
        "vitrine",
        "--auth=trust",
        "-E",
        "UTF8",
        // Sorted by bytes, but with the upper and lower case letters of every script.
        "--locale=C",
        CTYPE,
        "-D",
    ]);
    command.arg(data);
    if durability == Durability::Throwaway {
        command.arg("--no-sync");
    }
    // A program that outlives us would fill the folder of the next start.
    process::tie_to_parent(&mut command, Signal::SIGKILL);
    let failed = |reason: String| ServersError::Start { program: "initdb", reason, log: log.to_owned() };
    let output = command.output().map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    let _ = fs::write(log, &text);
    let reason = process::last_words(&String::from_utf8_lossy(&text), &output.status.to_string());
    Err(failed(reason))
}

/// After a kill -9 of all processes the old server may still be stopping.
fn wait_for_predecessor(data: &Path) {
    let start = Instant::now();
    let running = || {
        let text = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
        let id = text.lines().next().and_then(|line| line.trim().parse::<i32>().ok());
        id.is_some_and(|id| nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), None).is_ok())
    };
    while running() && start.elapsed() < PREDECESSOR_ENDS {
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Starts the server, and tries again while it reports that processes of a killed server still use its shared memory.
/// They end soon, but have left no id by which to wait for them.
fn run(command: &mut Command, pid_file: &Path, log: &Path) -> Result<Server, ServersError> {
    let begin = Instant::now();
    loop {
        // A fast shutdown: sessions are cut off, everything that is committed is written.
        let mut server = Server::spawn(command, "Postgres", log.to_owned(), Signal::SIGINT)?;
        let id = server.id();
        match server.wait_until(START_TIMEOUT, || is_ready(pid_file, id)) {
            Ok(()) => return Ok(server),
            Err(ServersError::Start { reason, .. })
                if reason.contains("pre-existing shared memory block") && begin.elapsed() < PREDECESSOR_ENDS =>
            {
                std::thread::sleep(Duration::from_millis(100));
            }
            Err(error) => return Err(error),
        }
    }
}

/// Whether Postgres answers queries, which an open socket does not tell: the eighth line of this file does.
fn is_ready(pid_file: &Path, id: u32) -> bool {
    let text = fs::read_to_string(pid_file).unwrap_or_default();
    let mut lines = text.lines();
    lines.next() == Some(&id.to_string()) && lines.nth(6).is_some_and(|line| line.trim() == "ready")
}

fn as_user(program: &Path, user: Option<Identity>) -> Command {
    let mut command = process::command(program);
    if let Some(user) = user {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command
}
