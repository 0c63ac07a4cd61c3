//! The program `vitrine up`: from the first start to the last line.

use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{
    fs::{self, Permissions},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Output, Stdio},
    time::Duration,
};
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, servers};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// How long a start or an end may take on a busy machine.
const TIMEOUT: Duration = Duration::from_mins(2);

/// What is said in place of a password that is not known.
const KEEPS: &str = "(exists already and keeps the password; if it is forgotten, run `vitrine password-link`)";

/// What each start is told.
struct Setup {
    port: u16,
    variables: Vec<(&'static str, String)>,
}

impl Setup {
    fn new(data: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        let listen = format!("127.0.0.1:{port}");
        Self { port, variables: vec![("VITRINE_DATA", data.display().to_string()), ("VITRINE_LISTEN", listen)] }
    }

    /// With a database of the run's Postgres, and one of the run's Redis that no other test uses.
    fn on(self, database: &str, redis: u8) -> Self {
        let redis = format!("{}?db={redis}", servers().redis_url);
        self.with("DATABASE_URL", &servers().database_url(database)).with("REDIS_URL", &redis)
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.to_owned()));
        self
    }

    fn command(&self) -> Command {
        self.program(&["up"])
    }

    fn program(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine-under-test"));
        // Nothing of the tester's own configuration.
        command.env_clear().current_dir("/").env("PATH", std::env::var_os("PATH").unwrap());
        command.args(words).envs(self.variables.iter().cloned()).kill_on_drop(true);
        command
    }

    /// Starts it and waits until it says that it is up.
    async fn up(&self) -> Up {
        let mut child = self.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = String::new();
        let welcome = async {
            while !said.contains("Ctrl-C stops everything") {
                let line = lines.next_line().await.unwrap().unwrap_or_else(|| panic!("it ended after {said:?}"));
                said += &line;
                said += "\n";
            }
        };
        timeout(TIMEOUT, welcome).await.expect("it is up in time");
        Up { child, said, url: format!("http://127.0.0.1:{}", self.port) }
    }

    /// A link by which the administrator chooses another password.
    async fn password_link(&self) -> String {
        let run = self.program(&["password-link", ADMIN_EMAIL]).stdin(Stdio::null()).output();
        let Output { status, stdout, stderr } = timeout(TIMEOUT, run).await.expect("it ends by itself").unwrap();
        assert_eq!(status.code(), Some(0), "{}", String::from_utf8_lossy(&stderr));
        String::from_utf8(stdout).unwrap().trim().to_owned()
    }

    /// Runs one that cannot start.
    async fn fails(&self, code: i32) -> String {
        let run = self.command().stdout(Stdio::piped()).stderr(Stdio::piped()).output();
        let Output { status, stdout, stderr } = timeout(TIMEOUT, run).await.expect("it ends by itself").unwrap();
        let told = String::from_utf8(stderr).unwrap();
        assert_eq!((status.code(), stdout.as_slice(), told.lines().count()), (Some(code), b"".as_slice(), 1), "{told}");
        assert!(told.starts_with("vitrine: "), "{told}");
        told
    }
}

struct Up {
    child: Child,
    said: String,
    url: String,
}

impl Up {
    /// Address and password, or what is said in place of the password.
    fn sign_in(&self) -> (&str, &str) {
        let line = self.said.lines().find_map(|line| line.trim().strip_prefix("Sign-in")).expect("the line");
        line.trim().split_once("  ").expect("two parts")
    }

    async fn opens(&self, email: &str, password: &str) -> bool {
        let query = "mutation($input: SignInInput!) { signIn(input: $input) { token userErrors { code } } }";
        let body = json!({ "query": query, "variables": { "input": { "email": email, "password": password } } });
        let answer = tests::client().post(format!("{}/graphql", self.url)).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json::<Value>().await.unwrap()["data"]["signIn"]["token"].is_string()
    }

    /// Ends it politely; it says that all went well, and had nothing to complain of before.
    async fn stop(self, signal: Signal) {
        signal::kill(Pid::from_raw(self.child.id().unwrap().try_into().unwrap()), signal).unwrap();
        let Output { status, stderr, .. } =
            timeout(TIMEOUT, self.child.wait_with_output()).await.expect("it ends in time").unwrap();
        let told = String::from_utf8(stderr).unwrap();
        // What a machine that is too busy has to complain of is all right.
        let busy = ["counted in this process only", "the relay pauses", "periodic jobs wait", "no queue; trying again"];
        let mut said = told.lines().filter(|line| !busy.iter().any(|words| line.contains(words)));
        assert_eq!((status.code(), said.next()), (Some(0), Some("stopping")), "after {signal}: {told}");
    }
}

#[tokio::test]
async fn everything_private_starts_from_nothing_and_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    // In an address of a server all of these would mean something else.
    let data = folder.path().join("data #1? 100%25");
    let setup = Setup::new(&data);
    let up = setup.up().await;
    let (email, password) = up.sign_in();
    assert!(email == ADMIN_EMAIL && up.opens(email, password).await, "{}", up.said);
    let password = password.to_owned();

    // Neither the port nor the folder can be had twice.
    let taken = setup.fails(1).await;
    assert!(taken.contains(&format!("port {} is taken", setup.port)) && taken.contains("VITRINE_LISTEN"), "{taken}");
    let running = Setup::new(&data).fails(1).await;
    assert!(running.contains("another vitrine is running"), "{running}");
    up.stop(Signal::SIGTERM).await;

    let up = setup.up().await;
    assert_eq!(up.sign_in(), (ADMIN_EMAIL, password.as_str()), "the same, and it still opens");
    up.stop(Signal::SIGINT).await;

    fs::remove_file(data.join("admin-password")).unwrap();
    let up = setup.up().await;
    assert_eq!(up.sign_in(), (ADMIN_EMAIL, KEEPS));
    assert!(!data.join("admin-password").exists() && up.opens(ADMIN_EMAIL, &password).await);
    // Whoever has forgotten it gets in by the command line, while the server runs and while it does not.
    let link = setup.password_link().await;
    let chosen = tests::client().post(&link).header("origin", format!("http://localhost:{}", setup.port));
    let chosen = chosen.header("content-type", "application/x-www-form-urlencoded");
    let chosen = chosen.body("password=a+password+of+my+own").send().await.unwrap();
    assert!(chosen.url().query() == Some("password=chosen"), "{chosen:?}");
    assert!(up.opens(ADMIN_EMAIL, "a password of my own").await && !up.opens(ADMIN_EMAIL, &password).await);
    up.stop(Signal::SIGTERM).await;
    let another = setup.password_link().await;
    assert!(another.starts_with(&format!("http://localhost:{}/password/", setup.port)) && another != link, "{another}");

    fs::write(data.join("secret-key"), "").unwrap();
    let empty = setup.fails(78).await;
    assert!(empty.contains("secret-key") && empty.contains("backup"), "{empty}");
}

#[tokio::test]
async fn a_first_start_that_is_killed_leaves_nothing_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    // One that has come half-way, and goes no further.
    let program = folder.path().join("initdb");
    let script = "#!/bin/sh\nfor folder; do :; done\necho 15 >\"$folder/PG_VERSION\"\nexec sleep 600\n";
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    let setup = Setup::new(&data);
    let mut first = setup.command().env("PG_BIN", folder.path()).spawn().unwrap();
    let half = || {
        let mut entries = fs::read_dir(&data).into_iter().flatten().flatten();
        entries.any(|entry| entry.path().join("PG_VERSION").exists())
    };
    let begun = async {
        while !half() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(TIMEOUT, begun).await.expect("it begins to make the database");
    first.kill().await.unwrap();
    // And what a full disk would leave.
    fs::write(data.join("admin-password"), "").unwrap();

    let up = setup.up().await;
    let (email, password) = up.sign_in();
    assert!(up.opens(email, password).await, "{}", up.said);
    up.stop(Signal::SIGTERM).await;
}

#[tokio::test]
async fn on_a_database_that_has_an_administrator_no_password_is_made_up() {
    let folder = tempfile::tempdir().unwrap();
    let database = servers().new_database().await;
    for (email, password, told) in [
        (ADMIN_EMAIL, None, KEEPS),
        (ADMIN_EMAIL, Some("set later, and another"), KEEPS),
        ("nobody@example.com", None, KEEPS),
        (ADMIN_EMAIL, Some(ADMIN_PASSWORD), "(the password you have set)"),
    ] {
        let mut setup = Setup::new(folder.path()).on(&database, 7).with("VITRINE_ADMIN_EMAIL", email);
        if let Some(password) = password {
            setup = setup.with("VITRINE_ADMIN_PASSWORD", password);
        }
        let up = setup.up().await;
        assert_eq!(up.sign_in(), (ADMIN_EMAIL, told), "{password:?}");
        assert!(!folder.path().join("admin-password").exists());
        assert!(up.opens(ADMIN_EMAIL, ADMIN_PASSWORD).await);
        up.stop(Signal::SIGINT).await;
    }
    let (folder, empty) = (tempfile::tempdir().unwrap(), servers().new_empty_database().await);
    let set = Setup::new(folder.path()).on(&empty, 8).with("VITRINE_ADMIN_PASSWORD", "a password of mine");
    for (email, password, says) in [
        ("anna", "a password of mine", "VITRINE_ADMIN_EMAIL is not an e-mail address"),
        (ADMIN_EMAIL, "short", "VITRINE_ADMIN_PASSWORD: A password has at least"),
        (ADMIN_EMAIL, "12345678", "VITRINE_ADMIN_PASSWORD: This is one of the passwords that are tried first"),
        (ADMIN_EMAIL, "Admin@Example.com", "VITRINE_ADMIN_PASSWORD: A password is not a name or an address"),
        (ADMIN_EMAIL, "a password of mine\n", "VITRINE_ADMIN_PASSWORD: A password has no line breaks"),
    ] {
        let wrong = Setup::new(folder.path()).on(&empty, 8).with("VITRINE_ADMIN_EMAIL", email);
        let told = wrong.with("VITRINE_ADMIN_PASSWORD", password).fails(78).await;
        assert!(told.contains(says), "{told}");
    }
    for (variable, value) in [
        ("VITRINE_MAX_FILE", "50X"),
        ("VITRINE_REQUEST_RATE", "x"),
        ("VITRINE_PRESETS", "huge=3"),
        ("VITRINE_LISTEN", "4714"),
    ] {
        let wrong = Setup::new(folder.path()).on(&empty, 8).with(variable, value);
        let told = wrong.fails(78).await;
        assert!(told.contains(&format!("{variable} cannot be read: ")), "{told}");
    }
    let up = set.up().await;
    assert_eq!(up.sign_in(), (ADMIN_EMAIL, "(the password you have set)"));
    assert!(up.opens(ADMIN_EMAIL, "a password of mine").await);
    up.stop(Signal::SIGTERM).await;
}
