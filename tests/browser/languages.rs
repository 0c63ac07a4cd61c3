//! What visitors see in other languages, in a browser.

use super::driver::run;
use serde_json::json;
use tests::{Options, fixtures, start_with};

const PASSWORD: &str = "a page of our own";

#[tokio::test]
async fn a_link_is_used_from_right_to_left() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 0..25_u32 {
        let photo = fixtures::jpeg(600 + 40 * (index % 7), 400);
        assets.push(server.upload(&admin, &format!("Harbour {index:02}.jpg"), photo).await["id"].clone());
    }
    for asset in &assets {
        server.proxies(&admin, asset).await;
    }
    let collection = server.collection(&admin, "Season", &assets).await;
    let settings = json!({
        "name": "Season", "description": "Three days in May.", "allowOriginal": true, "password": PASSWORD,
        "maxDownloads": 3, "expiresAt": "2099-05-01T12:00:00Z", "showCreator": true,
    });
    let link = server.collection_link(&admin, &collection, settings).await;
    run("languages", &server, json!({ "link": link["url"], "linkPassword": PASSWORD })).await;
}
