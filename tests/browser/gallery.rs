//! The example of a page on another site, in a browser.

use super::driver::{is_left_out, run};
use serde_json::json;
use tests::{Options, fixtures, start_with};

const PASSWORD: &str = "a page of our own";

#[tokio::test]
async fn the_example_of_another_site_shows_a_link() {
    if is_left_out("gallery") {
        return;
    }
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let photo = fixtures::jpeg(1200, 800);
    let mut assets = vec![server.upload(&admin, "Harbour.jpg", photo.clone()).await["id"].clone()];
    server.proxies(&admin, &assets[0]).await;
    for index in 0..60 {
        let name = format!("Contact sheet {index:02}.txt");
        assets.push(server.upload(&admin, &name, "text").await["id"].clone());
    }
    let collection = server.collection(&admin, "Season", &assets).await;
    let settings = json!({ "name": "Season", "allowOriginal": true, "password": PASSWORD });
    let link = server.collection_link(&admin, &collection, settings).await;
    let facts =
        json!({ "link": link["url"], "password": PASSWORD, "fileName": "Harbour.jpg", "byteSize": photo.len() });
    run("gallery", &server, facts).await;
    let counts = "query($id: ID!) { link(id: $id) { viewCount downloadCount } }";
    let counted = server.data(&admin, counts, json!({ "id": link["id"] })).await;
    assert_eq!(counted["link"], json!({ "viewCount": 2, "downloadCount": 2 }), "one visit of each of two views");
}
