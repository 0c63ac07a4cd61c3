//! The public audit suite of GraphQL over HTTP, `graphql-http`, finds nothing: not even a notice.

use std::{fs, path::Path, process::Stdio};
use tests::start;
use tokio::process::Command;

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/clients");
const INSTALLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../.cache/clients");

/// Puts the packages that `tests/clients` names, in the versions of its lock file, where they stay between runs.
async fn install() {
    let (from, to) = (Path::new(CLIENTS), Path::new(INSTALLED));
    let lock = fs::read_to_string(from.join("package-lock.json")).unwrap();
    if fs::read_to_string(to.join("installed.json")).is_ok_and(|installed| installed == lock) {
        return;
    }
    fs::create_dir_all(to).unwrap();
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        fs::copy(from.join(file), to.join(file)).unwrap();
    }
    let npm = Command::new("npm").args(["ci", "--silent"]).current_dir(to).stdout(Stdio::null()).status();
    assert!(npm.await.expect("npm is installed; ./dev test sees to that").success(), "npm ci in {INSTALLED}");
    fs::write(to.join("installed.json"), lock).unwrap();
}

#[tokio::test]
async fn all_of_graphql_http_is_ok() {
    install().await;
    let server = start().await;
    let mut audit = Command::new("node");
    audit.arg(format!("{CLIENTS}/audit.mjs")).arg(INSTALLED);
    let output = audit.arg(format!("{}/graphql", server.url)).output().await.expect("node is installed");
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(told.trim(), "61 of 61 ok", "{}", String::from_utf8_lossy(&output.stderr));
}
