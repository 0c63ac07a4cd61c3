//! The public audit suite of GraphQL over HTTP, `graphql-http`, finds nothing: not even a notice.

use std::path::Path;
use tests::{packages, start};
use tokio::process::Command;

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/clients");
const INSTALLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../.cache/clients");

#[tokio::test]
async fn all_of_graphql_http_is_ok() {
    packages::install(Path::new(CLIENTS), Path::new(INSTALLED)).await;
    let server = start().await;
    let mut audit = Command::new("node");
    audit.arg(format!("{CLIENTS}/audit.mjs")).arg(INSTALLED);
    let output = audit.arg(format!("{}/graphql", server.url)).output().await.expect("node is installed");
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(told.trim(), "61 of 61 ok", "{}", String::from_utf8_lossy(&output.stderr));
}
