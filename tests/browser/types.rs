//! The scripts of the gallery have the types that their comments say.

use super::driver::is_left_out;
use std::process::Stdio;
use tests::browser::{PACKAGES, SCRIPTS, install};
use tokio::process::Command;

#[tokio::test]
async fn the_scripts_have_the_types_that_they_say() {
    if is_left_out("types") {
        return;
    }
    install().await;
    let mut node = Command::new("node");
    node.arg(format!("{PACKAGES}/node_modules/typescript/bin/tsc")).args(["--project", SCRIPTS]);
    let output = node.stdin(Stdio::null()).output().await.expect("node is installed");
    let told = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success(), "{}", told.concat());
}
