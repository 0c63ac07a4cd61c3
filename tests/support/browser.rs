//! Browsers, and the packages of Node that drive them.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::{process::Command, sync::OnceCell};

/// The scripts that run in Node.
pub const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/browser");

/// Where the packages of the lock file are.
pub const PACKAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../.cache/browser");

/// The names of Chromium and Chrome.
const PROGRAMS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Puts the packages of the lock file where they stay between runs; once for all of a run.
pub async fn install() {
    static ONCE: OnceCell<()> = OnceCell::const_new();
    ONCE.get_or_init(async || {
        let (from, to) = (Path::new(SCRIPTS), Path::new(PACKAGES));
        let lock = fs::read_to_string(from.join("package-lock.json")).expect("a lock file");
        if fs::read_to_string(to.join("installed.json")).is_ok_and(|installed| installed == lock) {
            return;
        }
        fs::create_dir_all(to).expect("a folder");
        for file in ["package.json", "package-lock.json", ".npmrc"] {
            fs::copy(from.join(file), to.join(file)).expect("a file");
        }
        let npm = Command::new("npm").args(["ci", "--silent"]).current_dir(to).stdout(Stdio::null()).status();
        assert!(npm.await.expect("npm is installed; ./dev test sees to that").success(), "npm ci in {PACKAGES}");
        fs::write(to.join("installed.json"), lock).expect("a file");
    })
    .await;
}

/// Chromium, if it is in `PATH`.
pub fn program() -> Option<PathBuf> {
    found(&PROGRAMS)
}

/// The first of some programs that is in `PATH`.
pub fn found(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}
