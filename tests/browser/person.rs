//! Visitors search for a person by a photo, with and without scripts.

use super::driver::{is_left_out, run};
use crate::jobs::faces::{library, turn, until_progress};
use serde_json::json;
use tests::fixtures;

#[tokio::test]
async fn visitors_find_a_person() {
    if is_left_out("person") {
        return;
    }
    let pictures = [
        ("Eileen.jpg", fixtures::portrait()),
        ("Grace.jpg", fixtures::other_portrait()),
        ("Both.jpg", fixtures::two_portraits()),
        ("Landscape.jpg", fixtures::jpeg(600, 400)),
    ];
    let (server, admin, assets) = library(&pictures).await;
    turn(&server, &admin, true).await;
    until_progress(&server, &admin, json!([4, 0, 0])).await;
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
