//! An installation as operators run it: processes of the real program side by side, over one Postgres, one Redis and one
//! bucket of S3.

use crate::{ADMIN_EMAIL, ADMIN_PASSWORD, Api, LONG, Paused, S3, running::count};
use api::installation::servers::tie_to_parent;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};
use rand::RngExt;
use std::{
    cell::RefCell,
    collections::BTreeSet,
    fs::{self, OpenOptions},
    net::TcpListener,
    ops::Deref,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    sync::Mutex,
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    process::Child,
    time::{sleep, timeout},
};

/// What links of the installation begin with. Clients ask one of the processes for the rest.
pub const PUBLIC_URL: &str = "http://media.example.com";

/// Two processes of each kind, none of which runs until it is started.
pub struct Installation {
    /// The processes `vitrine serve`.
    pub serves: [Process; 2],
    /// The processes `vitrine worker`.
    pub workers: [Process; 2],
    /// The server of the bucket.
    pub s3: S3,
    database_url: String,
    program: PathBuf,
    setup: Setup,
    _folder: TempDir,
}

/// What all processes of an installation have in common.
#[derive(Clone)]
struct Setup {
    folder: PathBuf,
    variables: Vec<(&'static str, String)>,
}

impl Installation {
    /// One that runs `program` on this Postgres and this Redis, with a bucket of its own.
    pub fn new(program: PathBuf, database_url: &str, redis_url: &str) -> Self {
        let (s3, folder) = (S3::start(), tempfile::tempdir().expect("a folder"));
        let mut variables = s3.variables();
        variables.extend([
            ("DATABASE_URL", database_url.to_owned()),
            ("REDIS_URL", redis_url.to_owned()),
            ("VITRINE_DATA", folder.path().display().to_string()),
            ("VITRINE_SECRET_KEY", "side by side ".repeat(4)),
            ("VITRINE_PUBLIC_URL", PUBLIC_URL.to_owned()),
            // Clients come from many addresses, as they do through a reverse proxy.
            ("VITRINE_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
            ("VITRINE_REQUEST_RATE", "off".to_owned()),
            ("VITRINE_LOG", "error,actix_http=off".to_owned()),
            ("VITRINE_MIN_FREE_DISK", "0".to_owned()),
            ("VITRINE_ADMIN_EMAIL", ADMIN_EMAIL.to_owned()),
            ("VITRINE_ADMIN_PASSWORD", ADMIN_PASSWORD.to_owned()),
        ]);
        let setup = Setup { folder: folder.path().to_owned(), variables };
        let serves = [0, 1].map(|index| Process::new(&program, &setup, "serve", "VITRINE_LISTEN", index));
        let workers = [0, 1].map(|index| Process::new(&program, &setup, "worker", "VITRINE_METRICS_LISTEN", index));
        Self { serves, workers, s3, database_url: database_url.to_owned(), program, setup, _folder: folder }
    }

    /// All its processes.
    pub fn processes(&self) -> impl Iterator<Item = &Process> {
        self.serves.iter().chain(&self.workers)
    }

    /// Starts the processes `vitrine serve`, and waits until they can serve.
    pub async fn serve(&self) {
        self.serves.iter().for_each(Process::start);
        for serve in &self.serves {
            serve.until_ready().await;
        }
    }

    /// Runs another command of the program to its end; whether it succeeds.
    pub async fn run(&self, words: &[&str]) -> bool {
        self.run_by(&self.program, words).await
    }

    /// The same with another version of the program.
    pub async fn run_by(&self, program: &Path, words: &[&str]) -> bool {
        let mut command = tokio::process::Command::from(self.setup.command(program, words, "run"));
        command.kill_on_drop(true).status().await.expect("the program runs").success()
    }

    /// A connection to its database.
    pub async fn database(&self) -> AsyncPgConnection {
        AsyncPgConnection::establish(&self.database_url).await.expect("a connection")
    }

    /// How many rows its database has of this: what follows `FROM`.
    pub async fn count(&self, from: &str) -> i64 {
        count(&mut self.database().await, from).await
    }

    /// The last lines that each process has logged.
    pub fn last_words(&self) -> String {
        let last = |file: fs::DirEntry| {
            let text = fs::read_to_string(file.path()).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            let last = lines[lines.len().saturating_sub(15)..].join("\n");
            format!("--- {}:\n{last}\n", file.file_name().display())
        };
        fs::read_dir(self.setup.folder.join("logs")).into_iter().flatten().flatten().map(last).collect()
    }
}

impl Drop for Installation {
    /// What its processes have logged says why a test fails.
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.last_words());
        }
    }
}

impl Setup {
    /// The program with the configuration of the installation and nothing of the tester's own. It ends with us.
    fn command(&self, program: &Path, words: &[&str], log: &str) -> Command {
        let logs = self.folder.join("logs");
        fs::create_dir_all(&logs).expect("a folder");
        let log = OpenOptions::new().create(true).append(true).open(logs.join(log)).expect("a file");
        let mut command = Command::new(program);
        let kept = ["PATH", "HOME", "TMPDIR"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        command.env_clear().envs(kept).envs(self.variables.iter().cloned()).current_dir("/");
        command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        tie_to_parent(&mut command, Signal::SIGKILL);
        command
    }
}

/// A process of an installation, which keeps its address when it is started again. It is killed when this is dropped.
pub struct Process {
    api: Api,
    kind: &'static str,
    log: String,
    program: RefCell<PathBuf>,
    setup: Setup,
    child: RefCell<Option<Child>>,
}

impl Process {
    fn new(program: &Path, setup: &Setup, kind: &'static str, listens: &'static str, index: usize) -> Self {
        let mut setup = setup.clone();
        let address = format!("127.0.0.1:{}", lasting_port());
        setup.variables.push((listens, address.clone()));
        let api = Api { url: format!("http://{address}") };
        let program = RefCell::new(program.to_owned());
        Self { api, kind, log: format!("{kind}-{index}"), program, setup, child: RefCell::default() }
    }

    /// Starts it with another version of the program, which it has from now on.
    pub fn start_as(&self, program: &Path) {
        self.program.replace(program.to_owned());
        self.start();
    }

    /// Starts it, or starts it again.
    pub fn start(&self) {
        let mut command =
            tokio::process::Command::from(self.setup.command(&self.program.borrow(), &[self.kind], &self.log));
        let child = command.kill_on_drop(true).spawn().expect("the program starts");
        self.child.replace(Some(child));
    }

    /// Its number; none, where it does not run.
    pub fn id(&self) -> Option<u32> {
        self.child.borrow().as_ref().and_then(Child::id)
    }

    /// Waits until it says that it can serve.
    pub async fn until_ready(&self) {
        let client = crate::client();
        let ready = async {
            loop {
                let asked = client.get(format!("{}/readyz", self.url)).send();
                if timeout(Duration::from_secs(5), asked)
                    .await
                    .is_ok_and(|asked| asked.is_ok_and(|it| it.status() == 200))
                {
                    return;
                }
                let ended = self.child.borrow_mut().as_mut().and_then(|child| child.try_wait().ok().flatten());
                assert!(ended.is_none(), "{} has ended: {ended:?}", self.log);
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(LONG, ready).await.unwrap_or_else(|_| panic!("{} is not ready", self.log));
    }

    /// Kills it in the middle of its work.
    pub async fn kill(&self) {
        let child = self.child.take();
        if let Some(mut child) = child {
            child.kill().await.expect("it is killed");
        }
    }

    /// Holds it still.
    pub fn pause(&self) -> Paused {
        Paused::new(&self.id().expect("it runs").to_string())
    }

    /// Tells it to end, as service managers do.
    pub fn tell_to_end(&self) {
        let id = self.id().and_then(|id| i32::try_from(id).ok()).expect("it runs");
        signal::kill(Pid::from_raw(id), Signal::SIGTERM).expect("it is told");
    }

    /// Waits until it has ended by itself.
    pub async fn ended(&self) -> ExitStatus {
        let mut child = self.child.take().expect("it was started");
        timeout(LONG, child.wait()).await.expect("it ends in time").expect("a status")
    }

    /// How much of its memory is in use, in megabytes; none, where there is no `/proc` to tell.
    pub fn memory(&self) -> Option<u64> {
        let status = fs::read_to_string(Path::new("/proc").join(self.id()?.to_string()).join("status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kilobytes / 1024)
    }
}

impl Deref for Process {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
}

/// A free port that the system gives to nobody who asks for any: while a process is down, its port stays free.
fn lasting_port() -> u16 {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    let mut chance = rand::rng();
    loop {
        let port = chance.random_range(20_000..32_000);
        let is_free = TcpListener::bind(("127.0.0.1", port)).is_ok();
        if is_free && GIVEN.lock().expect("no panic").insert(port) {
            return port;
        }
    }
}
