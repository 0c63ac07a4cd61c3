//! What visitors are told when somebody takes away what they look at: sizes of a video, downloads, pictures, the link.

use super::driver::run;
use serde_json::{Value, json};
use tests::{Options, fixtures, made, start_with};

#[tokio::test]
async fn visitors_are_told_what_is_taken_away() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let mut assets =
        vec![server.upload(&admin, "Harbour.mp4", made::video("a.mp4", "1280x720", 8)).await["id"].clone()];
    for index in 1..=3 {
        let file = fixtures::jpeg(600, 400 + index);
        assets.push(server.upload(&admin, &format!("Picture {index}.jpg"), file).await["id"].clone());
    }
    for asset in &assets {
        server.proxies(&admin, asset).await;
    }
    let link = |link: &Value| json!({ "id": link["id"], "url": link["url"] });
    let all = json!({ "name": "Harbour", "allowOriginal": true, "allowProxies": true });
    let once = json!({ "name": "Once", "allowOriginal": true, "maxDownloads": 1 });
    let mut facts = json!({ "token": admin, "assets": assets });
    for view in ["phone", "desktop"] {
        let collection = server.collection(&admin, view, &assets).await;
        facts[view] = json!({
            "collection": collection,
            "gallery": link(&server.collection_link(&admin, &collection, all.clone()).await),
            "once": link(&server.collection_link(&admin, &collection, once.clone()).await),
            "video": link(&server.public_link(&admin, &assets[0], all.clone()).await),
            "picture": link(&server.public_link(&admin, &assets[1], once.clone()).await),
        });
    }
    run("withdrawn", &server, facts).await;
}
