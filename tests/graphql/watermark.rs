//! The workspace's watermark: who may set it, what it may be, and where it is offered.

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
