//! What a gallery is like while something is amiss: other members, a closed link, no line, no download left, broken
//! scripts.

use super::driver::run;
use serde_json::{Value, json};
use tests::{Options, fixtures, start_with};

#[tokio::test]
async fn visitors_are_told_what_is_amiss() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 1..=6 {
        let file = fixtures::jpeg([600, 400, 500][index % 3], 400);
        assets.push(server.upload(&admin, &format!("Picture {index}.jpg"), file).await["id"].clone());
    }
    for index in 7..=130 {
        let name = format!("Sheet {index:03}.txt");
        assets.push(server.upload(&admin, &name, "text").await["id"].clone());
    }
    let extra = server.upload(&admin, "The new one.txt", "text").await["id"].clone();
    for asset in &assets[..6] {
        server.proxies(&admin, asset).await;
    }
    let mut facts = json!({ "token": admin, "extra": extra });
    for view in ["phone", "desktop"] {
        let collection = server.collection(&admin, view, &assets).await;
        let settings = json!({ "name": "Three days in May", "allowOriginal": true });
        let gallery = server.collection_link(&admin, &collection, settings).await;
        let settings = json!({ "name": "Only once", "allowOriginal": true, "maxDownloads": 1 });
        let limited = server.share(&admin, json!({ "assetIds": assets[..8], "settings": settings })).await;
        let link = |link: &Value| json!({ "id": link["id"], "url": link["url"] });
        facts[view] = json!({
            "gallery": link(&gallery), "collection": collection, "limited": link(&limited["link"]), "assets": assets,
        });
    }
    run("states", &server, facts).await;
}
