//! The workspace's watermark: who may set it, what it may be, and where it is offered.

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use schema::periodic::PeriodicJob;
use serde_json::{Value, json};
use tests::{Running, fixtures, start};

const MAGENTA: [u8; 3] = [255, 0, 255];

async fn refused(server: &Running, admin: &str, input: Value, bytes: Option<Vec<u8>>) -> (Value, Value) {
    let payload = server.set_watermark(admin, input, bytes).await;
    let error = &payload["userErrors"][0];
    assert!(error["message"].as_str().is_some_and(|text| text.ends_with('.') || text.contains(": ")), "{payload}");
    assert_eq!(payload["workspace"], Value::Null);
    (error["code"].clone(), error["field"].clone())
}

async fn offered(server: &Running, token: &str, asset: &Value) -> bool {
    let query = "query($ids: [ID!]) { shareOptions(assetIds: $ids) { watermarkAvailable } }";
    let data = server.data(token, query, json!({ "ids": [asset] })).await;
    data["shareOptions"]["watermarkAvailable"].as_bool().unwrap()
}

#[tokio::test]
async fn it_is_set_changed_and_offered_where_there_are_pictures() {
    let server = start().await;
    let admin = server.admin().await;
    let photo = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let text = server.upload(&admin, "a.txt", "words").await["id"].clone();
    assert!(!offered(&server, &admin, &photo).await);
    let query = "{ workspace { watermark { opacity } } }";
    assert_eq!(server.data(&admin, query, Value::Null).await["workspace"]["watermark"], Value::Null);

    let set = server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::plain_png(20, 10, MAGENTA))).await;
    assert_eq!(set["workspace"]["watermark"], json!({ "opacity": 0.5, "placement": "CENTER" }), "{set}");
    let change = json!({ "opacity": 0.25, "placement": "TILE" });
    assert_eq!(server.set_watermark(&admin, change.clone(), None).await["workspace"]["watermark"], change);
    let jpeg = server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::jpeg(30, 30))).await;
    assert_eq!(jpeg["workspace"]["watermark"], change, "what is left out stays");
    assert!(offered(&server, &admin, &photo).await);
    assert!(!offered(&server, &admin, &text).await, "nothing to put it on");

    let link = server.public_link(&admin, &photo, json!({ "watermark": true })).await;
    assert_eq!(link["settings"]["watermark"], true);
    let create = "mutation($input: CreatePublicLinkInput!) { createPublicLink(input: $input) {
        link { id } userErrors { code field message } } }";
    let input = json!({ "input": { "assetId": text, "settings": { "watermark": true } } });
    let refusal = server.refusal(&admin, create, input).await;
    assert_eq!(refusal, ("OPTION_NOT_AVAILABLE".to_owned(), vec!["settings".to_owned(), "watermark".to_owned()]));
}

#[tokio::test]
async fn what_can_be_no_watermark_is_refused_and_leaves_nothing() {
    let server = start().await;
    let admin = server.admin().await;
    let file = json!({ "file": null });
    assert_eq!(
        refused(&server, &admin, json!({ "opacity": 0.5 }), None).await,
        (json!("INVALID_FILE"), json!(["file"])),
        "there is none yet"
    );
    let whole = fixtures::plain_png(300, 300, MAGENTA);
    let mut large = fixtures::detailed_jpeg(1500, 1500);
    large.resize(2 * 1024 * 1024 + 1, 0);
    let files = [
        (b"no picture".to_vec(), "neither"),
        (whole[..whole.len() / 2].to_vec(), "cannot be decoded"),
        (fixtures::pdf(), "neither"),
        (b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), "neither"),
        (fixtures::png_header(50_000, 50_000), "50000 × 50000"),
        (fixtures::png_of_zeros(8_001, 1), "8000 on an edge"),
        (fixtures::png_of_zeros(8_000, 5_001), "40 megapixels"),
        (fixtures::clear_png(300, 200), "wholly transparent"),
        (fixtures::jpeg_of_passes(64, 64, 5_000), "more passes"),
        (large, "larger than 2 MB"),
    ];
    for (bytes, reason) in files {
        let payload = server.set_watermark(&admin, file.clone(), Some(bytes)).await;
        let error = &payload["userErrors"][0];
        assert_eq!((&error["code"], &error["field"]), (&json!("INVALID_FILE"), &json!(["file"])), "{payload}");
        assert!(error["message"].as_str().unwrap().contains(reason), "{reason}: {payload}");
    }
    for opacity in [0.0, -1.0, 1.5] {
        let input = json!({ "file": null, "opacity": opacity });
        let refusal = refused(&server, &admin, input, Some(whole.clone())).await;
        assert_eq!(refusal, (json!("INVALID_INPUT"), json!(["opacity"])));
    }
    assert_eq!(server.blobs(), 0);
    let mut most = whole.clone();
    most.resize(2 * 1024 * 1024, 0);
    assert!(server.set_watermark(&admin, file, Some(most)).await["workspace"].is_object(), "2 MB are allowed");
    let widest = fixtures::png_of_zeros(8_000, 5_000);
    assert!(server.set_watermark(&admin, json!({ "file": null }), Some(widest)).await["workspace"].is_object());
}

const CLEAR: &str =
    "mutation { clearWatermark { workspace { watermark { opacity } } userErrors { code field message } } }";

#[tokio::test]
async fn it_is_removed_when_no_link_has_it_on_any_more() {
    let server = start().await;
    let admin = server.admin().await;
    let photo = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::plain_png(20, 10, MAGENTA))).await;
    let link = server.public_link(&admin, &photo, json!({ "watermark": true })).await["id"].clone();
    let ends = (server.services.now() + TimeDelta::hours(1)).to_rfc3339();
    let other = server.public_link(&admin, &photo, json!({ "watermark": true, "expiresAt": ends })).await["id"].clone();
    let refused = async |count: &str| {
        let payload = server.data(&admin, CLEAR, Value::Null).await["clearWatermark"].clone();
        let error = &payload["userErrors"][0];
        assert_eq!((&error["code"], &payload["workspace"]), (&json!("IN_USE"), &Value::Null), "{payload}");
        assert!(error["message"].as_str().unwrap().starts_with(count), "{payload}");
    };
    refused("2 links have").await;
    let disable = "mutation($id: ID!) { disableLink(id: $id) { userErrors { code } } }";
    server.data(&admin, disable, json!({ "id": link })).await;
    refused("2 links have").await;
    let with = "query($on: Boolean) { links(filter: { watermark: $on }) { totalCount nodes { id } } }";
    let with = async |on: bool| server.data(&admin, with, json!({ "on": on })).await["links"].clone();
    assert_eq!(with(true).await, json!({ "totalCount": 2, "nodes": [{ "id": other }, { "id": link }] }));
    assert_eq!(with(false).await, json!({ "totalCount": 0, "nodes": [] }));
    server.update_link(&admin, &link, json!({ "watermark": false })).await;
    refused("One link has").await;
    assert_eq!(with(false).await, json!({ "totalCount": 1, "nodes": [{ "id": link }] }));
    let all =
        "mutation($on: Boolean) { changeLinks(input: { filter: { watermark: $on }, action: DISABLE, dryRun: true }) {
        matched userErrors { code } } }";
    let all = async |on: Value| server.data(&admin, all, json!({ "on": on })).await["changeLinks"].clone();
    assert_eq!(all(json!(true)).await, json!({ "matched": 1, "userErrors": [] }));
    assert_eq!(all(Value::Null).await["userErrors"][0]["code"], "INVALID_INPUT", "that would be all links");
    server.advance(TimeDelta::hours(2));
    let cleared = server.data(&admin, CLEAR, Value::Null).await;
    assert_eq!(cleared["clearWatermark"], json!({ "workspace": { "watermark": null }, "userErrors": [] }));
    assert!(!offered(&server, &admin, &photo).await);

    let later = json!({ "expiresAt": null });
    let prolonged = server.update_link(&admin, &other, later.clone()).await;
    assert_eq!(prolonged["userErrors"][0]["code"], "OPTION_NOT_AVAILABLE", "{prolonged}");
    let prolonged = server.update_link(&admin, &other, json!({ "expiresAt": null, "watermark": false })).await;
    assert!(prolonged["link"].is_object(), "{prolonged}");
    let events =
        "{ securityEvents(filter: { action: SETTINGS_CHANGED }, first: 1) { nodes { changes { field to } } } }";
    let event = server.data(&admin, events, Value::Null).await["securityEvents"]["nodes"][0].clone();
    let fields: Vec<&Value> = event["changes"].as_array().unwrap().iter().map(|change| &change["field"]).collect();
    assert_eq!(fields, ["watermark", "watermarkOpacity", "watermarkPlacement"]);
    assert!(event["changes"].as_array().unwrap().iter().all(|change| change["to"].is_null()), "{event}");

    server.advance(TimeDelta::days(2));
    assert_eq!(server.upkeep(PeriodicJob::CollectGarbage).await.unwrap()["files"], 1, "its image");
    server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::plain_png(20, 10, MAGENTA))).await;
    assert!(offered(&server, &admin, &photo).await);
}

#[tokio::test]
async fn a_link_that_is_stored_at_the_same_moment_keeps_it_or_is_refused() {
    let server = start().await;
    let admin = server.admin().await;
    let photo = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let create = "mutation($input: CreatePublicLinkInput!) { createPublicLink(input: $input) {
        link { id } userErrors { code field message } } }";
    let input = json!({ "input": { "assetId": photo, "settings": { "watermark": true } } });
    server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::plain_png(20, 10, MAGENTA))).await;

    // The link waits for a removal that is not committed yet.
    let mut removal = server.database().await;
    removal.batch_execute("BEGIN; UPDATE workspaces SET watermark_file_id = NULL").await.unwrap();
    let creation = server.refusal(&admin, create, input.clone());
    let end = async {
        server.until_somebody_waits().await;
        removal.batch_execute("COMMIT").await.unwrap();
    };
    let (refusal, ()) = tokio::join!(creation, end);
    assert_eq!(refusal, ("OPTION_NOT_AVAILABLE".to_owned(), vec!["settings".to_owned(), "watermark".to_owned()]));
    assert_eq!(server.count("links").await, 0);

    // The removal waits for a link that is not committed yet.
    server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::plain_png(20, 10, MAGENTA))).await;
    server.public_link(&admin, &photo, json!({})).await;
    let mut other = server.database().await;
    other
        .batch_execute("BEGIN; SELECT FROM workspaces FOR KEY SHARE; UPDATE links SET watermark = true")
        .await
        .unwrap();
    let removal = server.refusal(&admin, CLEAR, Value::Null);
    let end = async {
        server.until_somebody_waits().await;
        other.batch_execute("COMMIT").await.unwrap();
    };
    let (refusal, ()) = tokio::join!(removal, end);
    assert_eq!(refusal.0, "IN_USE");
}
