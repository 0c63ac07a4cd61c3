//! The viewer of a gallery under fingers, mice and keys, and what selecting outlasts.

use super::driver::run;
use serde_json::{Value, json};
use tests::{Options, Running, fixtures, made, start_with};

/// Too long for two lines of a phone.
const TITLE: &str = "The second picture of the harbour, with a title that is so long that it would cover half of a phone, \
    because somebody wrote there all that belongs into a description";

/// Uploads pictures of different shapes, the fourth of which is a video.
async fn upload(server: &Running, admin: &str, count: usize) -> Vec<Value> {
    let mut assets = Vec::new();
    for index in 1..=count {
        let (name, file) = match index {
            1 => ("Harbour 1.jpg".to_owned(), fixtures::jpeg(2400, 1600)),
            4 => ("Harbour 4.mp4".to_owned(), made::video("a.mp4", "640x1136", 2)),
            _ => {
                let (width, height) = [(600, 400), (500, 500), (400, 600)][index % 3];
                (format!("Harbour {index}.jpg"), fixtures::jpeg(width, height + u32::try_from(index).unwrap()))
            }
        };
        assets.push(server.upload(admin, &name, file).await["id"].clone());
    }
    for asset in &assets {
        server.proxies(admin, asset).await;
    }
    assets
}

#[tokio::test]
async fn the_viewer_follows_fingers_mice_and_keys() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let assets = upload(&server, &admin, 8).await;
    let update = "mutation($input: UpdateAssetInput!) { updateAsset(input: $input) { userErrors { code } } }";
    let description = "Boats come home in the evening. ".repeat(30);
    for input in [
        json!({ "assetId": assets[0], "description": description }),
        json!({ "assetId": assets[1], "title": TITLE, "description": "Seen from the pier." }),
    ] {
        let answer = server.data(&admin, update, json!({ "input": input })).await;
        assert_eq!(answer["updateAsset"]["userErrors"], json!([]));
    }
    let share = async |settings: Value| {
        let input = json!({ "assetIds": assets, "settings": settings });
        server.share(&admin, input).await["link"]["url"].clone()
    };
    let originals = share(json!({ "name": "Originals", "allowOriginal": true })).await;
    let versions = share(json!({ "name": "Versions", "allowOriginal": true, "allowProxies": true })).await;
    let facts = json!({ "originals": originals, "versions": versions, "count": assets.len(), "longTitle": TITLE });
    run("viewer", &server, facts).await;
}

#[tokio::test]
async fn what_is_selected_outlasts_a_search_and_a_reload() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let assets = upload(&server, &admin, 45).await;
    let settings = json!({ "name": "Season", "allowOriginal": true, "allowProxies": true });
    let shared = server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await;
    let facts = json!({ "link": shared["link"]["url"], "count": assets.len() });
    run("selecting", &server, facts).await;
}
