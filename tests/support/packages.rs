//! Packages of npm, in the versions of a lock file.

use std::{fs, path::Path, process::Stdio};
use tokio::process::Command;

/// Puts the packages that the lock file of one folder names into another one, where they stay between runs.
pub async fn install(from: &Path, to: &Path) {
    install_by(Command::new("npm"), from, to).await;
}

/// The same by another npm than the system's.
pub async fn install_by(mut npm: Command, from: &Path, to: &Path) {
    let lock = fs::read_to_string(from.join("package-lock.json")).expect("a lock file");
    if fs::read_to_string(to.join("installed.json")).is_ok_and(|installed| installed == lock) {
        return;
    }
    fs::create_dir_all(to).expect("a folder");
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        fs::copy(from.join(file), to.join(file)).expect("a file");
    }
    let done = npm.args(["ci", "--silent"]).current_dir(to).stdout(Stdio::null()).status();
    let done = done.await.expect("npm is installed (./dev packages node)");
    assert!(done.success(), "`npm ci` in {} does not succeed; without --silent it says why", to.display());
    fs::write(to.join("installed.json"), lock).expect("a file");
}
