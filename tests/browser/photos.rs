//! Saving to the photo library of a phone.

use super::driver::{is_left_out, run};
use serde_json::json;
use tests::{Options, fixtures, start_with};

#[tokio::test]
async fn an_iphone_saves_what_is_selected_to_its_photo_library() {
    if is_left_out("photos") {
        return;
    }
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let pictures = [("One", fixtures::jpeg(2000, 1500)), ("Two", fixtures::jpeg(600, 900))];
    let (mut assets, mut bytes) = (Vec::new(), Vec::new());
    for (title, picture) in pictures {
        bytes.push(picture.len());
        assets.push(server.upload(&admin, &format!("{title}.jpg"), picture).await["id"].clone());
    }
    for asset in &assets {
        server.proxies(&admin, asset).await;
    }
    assets.push(server.upload(&admin, "Notes.txt", "text").await["id"].clone());
    for index in 0..30 {
        assets.push(server.upload(&admin, &format!("Sheet {index}.txt"), "text").await["id"].clone());
    }
    let share = async |settings| {
        server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await["link"].clone()
    };
    let originals = share(json!({ "name": "Originals", "allowOriginal": true, "allowProxies": true })).await;
    let proxies = share(json!({ "name": "Versions", "allowProxies": true })).await;
    let limited = share(json!({ "name": "Limited", "allowOriginal": true, "maxDownloads": 9 })).await;
    let later = share(json!({ "name": "Limited later", "allowOriginal": true })).await;
    let facts = json!({
        "originals": originals["url"], "proxies": proxies["url"], "limited": limited["url"], "bytes": bytes,
        "later": { "id": later["id"], "url": later["url"] }, "token": admin,
    });
    run("photos", &server, facts).await;
    let count = "query($id: ID!) { link(id: $id) { downloadCount } }";
    // Within half an hour the same file is one download of the same visitor.
    for (link, downloads) in [(originals, 2), (proxies, 1), (limited, 0), (later, 0)] {
        let counted = server.data(&admin, count, json!({ "id": link["id"] })).await;
        assert_eq!(counted["link"]["downloadCount"], downloads, "{}", link["name"]);
    }
}
