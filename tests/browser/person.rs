//! Visitors search for a person by a photo, with and without scripts.

use super::driver::{is_left_out, run};
use crate::jobs::hands::until;
use serde_json::{Value, json};
use tests::{Options, fixtures, start_with};

#[tokio::test]
async fn visitors_find_a_person() {
    if is_left_out("person") {
        return;
    }
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let pictures = [
        ("Eileen.jpg", fixtures::portrait()),
        ("Grace.jpg", fixtures::other_portrait()),
        ("Both.jpg", fixtures::two_portraits()),
        ("Landscape.jpg", fixtures::jpeg(600, 400)),
    ];
    let mut assets = Vec::new();
    for (name, picture) in pictures {
        let asset = server.upload(&admin, name, picture).await["id"].clone();
        server.proxies(&admin, &asset).await;
        assets.push(asset);
    }
    let turn = "mutation { updateWorkspace(input: { personSearch: true }) { userErrors { code } } }";
    server.data(&admin, turn, Value::Null).await;
    until(json!(4), async || {
        let told = server.data(&admin, "{ workspace { personSearchProgress { indexed } } }", Value::Null).await;
        told["workspace"]["personSearchProgress"]["indexed"].clone()
    })
    .await;
    let settings = json!({ "name": "A season", "personSearch": true, "allowOriginal": true });
    let link = server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await["link"].clone();
    let folder = tempfile::tempdir().unwrap();
    let photos =
        [("one", fixtures::portrait()), ("two", fixtures::two_portraits()), ("none", fixtures::jpeg(600, 400))];
    for (name, photo) in photos {
        std::fs::write(folder.path().join(format!("{name}.jpg")), photo).unwrap();
    }
    let facts = json!({ "link": link["url"], "photos": folder.path() });
    run("person", &server, facts).await;
}
