//! Browsers, and the packages of Node that drive them.

use crate::packages;
use std::{
    env,
    path::{Path, PathBuf},
};
use tokio::sync::OnceCell;

/// The scripts that run in Node.
pub const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/browser");

/// Where the packages of the lock file are.
pub const PACKAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../.cache/browser");

/// The names of Chromium and Chrome.
const PROGRAMS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Puts the packages of the lock file where they stay between runs; once for all of a run.
pub async fn install() {
    static ONCE: OnceCell<()> = OnceCell::const_new();
    ONCE.get_or_init(|| packages::install(Path::new(SCRIPTS), Path::new(PACKAGES))).await;
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
