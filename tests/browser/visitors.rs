//! The gallery and the viewer, as visitors of a link see them.

use super::driver::{is_left_out, run};
use serde_json::json;
use std::{pin::pin, time::Duration};
use tests::{Options, fixtures, start, start_with};

#[tokio::test]
async fn visitors_look_around_a_gallery() {
    if is_left_out("visitors") {
        return;
    }
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 1..=70 {
        let (width, height) = [(600, 400), (400, 600), (500, 500)][index % 3];
        let file = match index {
            // Large enough to be enlarged.
            1 => fixtures::jpeg(2400, 1600),
            _ => fixtures::jpeg(width, height + u32::try_from(index).unwrap()),
        };
        assets.push(server.upload(&admin, &format!("Harbour {index}.jpg"), file).await["id"].clone());
    }
    assets.push(server.upload(&admin, "Notes on the harbour.txt", "notes").await["id"].clone());
    for asset in &assets[..70] {
        server.proxies(&admin, asset).await;
    }
    let settings = json!({ "name": "Three days in May", "allowOriginal": true, "allowProxies": true });
    let shared = server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await;
    let notes = assets.last().unwrap().clone();
    let nothing = server.collection(&admin, "Nothing", std::slice::from_ref(&notes)).await;
    let empty = server.collection_link(&admin, &nothing, json!({ "name": "Nothing yet" })).await;
    let remove = "mutation($c: ID!, $a: [ID!]!) { removeFromCollection(collectionId: $c, assetIds: $a) { userErrors { code } } }";
    server.data(&admin, remove, json!({ "c": nothing, "a": [notes] })).await;
    let single = server.public_link(&admin, &assets[0], json!({ "name": "One", "allowProxies": true })).await;
    let season = server.collection(&admin, "Season", &assets[..65]).await;
    let changing = server.collection_link(&admin, &season, json!({ "name": "Season", "allowOriginal": true })).await;
    let changing = json!({ "link": changing["url"], "collection": season, "assets": &assets[..65] });
    let facts = json!({
        "changing": changing, "link": shared["link"]["url"], "id": shared["link"]["id"], "empty": empty["url"], "single": single["url"],
        "count": assets.len(), "token": admin,
    });
    run("visitors", &server, facts).await;
    let count = "query($id: ID!) { link(id: $id) { downloadCount } }";
    let counted = server.data(&admin, count, json!({ "id": shared["link"]["id"] })).await;
    assert_eq!(counted["link"]["downloadCount"], 5, "one zip in each view");
}

#[tokio::test]
async fn pictures_that_are_being_made_appear_by_themselves() {
    if is_left_out("preparing") {
        return;
    }
    let server = start().await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for (name, width, height) in [("wide.jpg", 900, 300), ("high.jpg", 300, 600)] {
        assets.push(server.upload(&admin, name, fixtures::jpeg(width, height)).await["id"].clone());
    }
    let settings = json!({ "name": "Fresh", "allowProxies": true });
    let link = server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await["link"].clone();
    let view = "query($id: ID!) { link(id: $id) { viewCount } }";
    let seen = async || server.data(&admin, view, json!({ "id": link["id"] })).await["link"]["viewCount"] == 1;
    let mut visit = pin!(run("preparing", &server, json!({ "link": link["url"] })));
    // Nothing is made before the page is open.
    while !seen().await {
        tokio::select! {
            () = &mut visit => panic!("nobody opened the page"),
            () = tokio::time::sleep(Duration::from_millis(20)) => {}
        }
    }
    let _workers = server.workers();
    visit.await;
}

#[tokio::test]
async fn pictures_that_fly_by_are_not_loaded() {
    const COUNT: usize = 400;
    let server = start().await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 0..COUNT {
        assets.push(server.upload(&admin, &format!("Contact sheet {index}.txt"), "text").await["id"].clone());
    }
    let settings = json!({ "name": "A long season", "allowOriginal": true });
    let link = server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await["link"].clone();
    run("rushing", &server, json!({ "link": link["url"], "count": COUNT })).await;
}
