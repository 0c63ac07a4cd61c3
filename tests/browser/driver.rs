//! Runs a script in Node that drives a browser.

use serde_json::Value;
use std::{env, fs, path::Path, process::Stdio, time::Duration};
use tests::{
    Running,
    browser::{PACKAGES, SCRIPTS, install, program},
};
use tokio::{process::Command, sync::Semaphore};

const PICTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/browser");

/// With this variable set, the tests in a browser do nothing.
const LEFT_OUT: &str = "VITRINE_NO_BROWSER";

/// How long a script may take: a hundred times what it takes alone on a fast machine.
const LONGEST: Duration = Duration::from_mins(8);

/// One browser at a time: several would slow each other down until they run into time limits.
static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);

/// Runs `tests/browser/{script}.mjs` in Chromium with the address of the server and these facts.
pub(super) async fn run(script: &str, server: &Running, facts: Value) {
    if is_left_out(script) {
        return;
    }
    let browser = program().unwrap_or_else(|| panic!("Chromium is installed (./dev test does), or {LEFT_OUT}=1"));
    drive(script, script, (server, facts), &[("VITRINE_BROWSER_PROGRAM", &browser)]).await;
}

/// Runs `tests/browser/{script}.mjs` with the address of the server, these facts, and the browser that some variables
/// name; `state` is the folder of its pictures.
pub(super) async fn drive(script: &str, state: &str, (server, facts): (&Running, Value), browser: &[(&str, &Path)]) {
    install().await;
    let _turn = ONE_AT_A_TIME.acquire().await.unwrap();
    let pictures = Path::new(PICTURES).join(state);
    let _ = fs::remove_dir_all(&pictures);
    fs::create_dir_all(&pictures).unwrap();
    let mut node = Command::new("node");
    node.arg(format!("{SCRIPTS}/{script}.mjs"))
        .env("VITRINE_BROWSER_PACKAGES", PACKAGES)
        .envs(browser.iter().copied())
        .env("VITRINE_BROWSER_PICTURES", &pictures)
        .env("VITRINE_BROWSER_URL", &server.url)
        .env("VITRINE_BROWSER_FACTS", facts.to_string());
    let work = node.stdin(Stdio::null()).kill_on_drop(true).output();
    let output = tokio::time::timeout(LONGEST, work).await.unwrap_or_else(|_| panic!("{script}.mjs hangs"));
    let output = output.expect("node is installed");
    let told = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success(), "{script}.mjs, with pictures in {}:\n{}", pictures.display(), told.concat());
}

/// Whether the tests in a browser do nothing; `what` is told to be left out.
pub(super) fn is_left_out(what: &str) -> bool {
    let is_left_out = env::var(LEFT_OUT).is_ok_and(|value| !value.is_empty());
    if is_left_out {
        eprintln!("{what}: LEFT OUT, because {LEFT_OUT} is set: nothing was tried in a browser");
    }
    is_left_out
}
