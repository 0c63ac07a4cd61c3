//! The gallery of ten thousand pictures in Chromium, on a slow device and a slow line.

use crate::large_gallery;
use std::{path::Path, process::Stdio};
use tests::browser::{PACKAGES, install, program};
use tokio::process::Command;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/bench/browser.mjs");

/// The table, which the script writes.
pub(crate) async fn run() -> String {
    let browser = program().expect("Chromium is installed (./dev packages browser)");
    install().await;
    let (_server, url) = large_gallery::start().await;
    let node = Command::new("node")
        .arg(Path::new(SCRIPT))
        .env("VITRINE_BROWSER_PACKAGES", PACKAGES)
        .env("VITRINE_BROWSER_PROGRAM", browser)
        .env("VITRINE_BROWSER_URL", url)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("node is installed");
    let output = node.wait_with_output().await.expect("it ends");
    assert!(output.status.success(), "{SCRIPT} fails");
    String::from_utf8(output.stdout).expect("text")
}
