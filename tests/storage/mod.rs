//! Blobs in a bucket of S3, whose server is real, and what goes wrong on the way there.

mod copy;
mod everyday;
mod faults;
mod garbage;
mod large_files;
mod memory;
mod outage;
mod redirect;

use serde_json::Value;
use std::time::Duration;
use tests::{LONG, Options, Running, S3, fixtures::noise, short, start_with};

/// How long a request may take where S3 is away for long.
const SOON: Duration = Duration::from_secs(1);

/// A server whose blobs are in a bucket, with its administrator.
async fn on_s3(options: Options, patience: Duration) -> (S3, Running, String) {
    let s3 = S3::start();
    let server = start_with(Options { storage: Some(s3.storage(patience)), ..options }).await;
    let admin = server.admin().await;
    (s3, server, admin)
}

/// The path of an asset's original in a link.
fn original(link: &Value, asset: &Value) -> String {
    format!("{}/assets/{}/original", link["url"].as_str().unwrap(), short(asset))
}

async fn until(what: &str, done: impl Fn() -> bool) {
    let wait = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, wait).await.unwrap_or_else(|_| panic!("{what}"));
}
