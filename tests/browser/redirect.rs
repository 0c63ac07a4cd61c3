//! Downloads that the browser gets from S3 itself.

use super::driver::{is_left_out, run};
use api::config::StorageRedirect;
use serde_json::json;
use std::time::Duration;
use tests::{LONG, Options, S3, fixtures, short, start_with};

#[tokio::test]
async fn the_policy_of_pages_lets_a_download_go_to_the_storage() {
    if is_left_out("redirect") {
        return;
    }
    let s3 = S3::start();
    let (place, mut options) = s3.storage(LONG);
    options.storage_redirect = StorageRedirect::For(Duration::from_mins(1));
    let server = start_with(Options { workers: true, storage: Some((place, options)), ..Options::default() }).await;
    let admin = server.admin().await;
    let photo = fixtures::noisy_jpeg(1600, 1200);
    let asset = server.upload(&admin, "Hafen.jpg", photo.clone()).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let settings = json!({ "allowOriginal": true });
    let one = server.public_link(&admin, &asset, settings.clone()).await;
    let collection = server.collection(&admin, "All", std::slice::from_ref(&asset)).await;
    let gallery = server.collection_link(&admin, &collection, settings).await;
    let download = server.download_link(&admin, json!({ "assetId": asset })).await;
    let url = |link: &serde_json::Value| link["url"].as_str().unwrap().to_owned();
    let facts = json!({
        "storage": s3.url, "fileName": "Hafen.jpg", "byteSize": photo.len(), "one": url(&one), "download": url(&download),
        "gallery": url(&gallery), "original": format!("{}/assets/{}/original", url(&gallery), short(&asset)),
    });
    run("redirect", &server, facts).await;
}
