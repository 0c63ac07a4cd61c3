//! Placeholders, and what a new version of the program does for assets of before: it makes what is missing, and tries anew
//! what failed.

use crate::jobs::hands::until;
use base64::{Engine, engine::general_purpose::STANDARD};
use schema::{assets::INGEST_VERSION, periodic::PeriodicJob};
use serde_json::{Value, json};
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Options, Running, fixtures, made, start_with};

const FACTS: &str = "query($id: ID!) { asset(id: $id) { placeholder kind mediaType failureReason
    proxies { preset state width failureReason } } }";

async fn facts(server: &Running, admin: &str, asset: &Value) -> Value {
    server.data(admin, FACTS, json!({ "id": asset })).await["asset"].clone()
}

/// The average colour of a placeholder, and its aspect ratio.
fn read(placeholder: &Value) -> ([u8; 3], f32) {
    let hash = STANDARD.decode(placeholder.as_str().unwrap()).unwrap();
    assert!(hash.len() <= 30, "{} bytes", hash.len());
    let (red, green, blue, _) = thumbhash::thumb_hash_to_average_rgba(&hash).unwrap();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 255")]
    let colour = [red, green, blue].map(|part| (part * 255.0).round() as u8);
    (colour, thumbhash::thumb_hash_to_approximate_aspect_ratio(&hash).unwrap())
}

#[tokio::test]
async fn a_picture_a_page_and_a_video_have_a_placeholder_which_visitors_get_too() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let colour = [200, 90, 40];
    let picture = server.upload(&admin, "a.png", fixtures::plain_png(600, 300, colour)).await["id"].clone();
    server.proxies(&admin, &picture).await;
    let placeholder = facts(&server, &admin, &picture).await["placeholder"].clone();
    let (found, ratio) = read(&placeholder);
    assert!(found.iter().zip(colour).all(|(found, wanted)| found.abs_diff(wanted) < 10), "{found:?}");
    assert!((1.7..2.4).contains(&ratio), "{ratio}");
    for (name, bytes) in
        [("a.pdf", api::installation::samples::pdf().into_bytes()), ("a.mp4", made::video("a.mp4", "640x360", 1))]
    {
        let asset = server.upload(&admin, name, bytes).await["id"].clone();
        server.proxies(&admin, &asset).await;
        let told = facts(&server, &admin, &asset).await;
        assert!(told["placeholder"].is_string(), "{told}");
        read(&told["placeholder"]);
    }
    let text = server.upload(&admin, "a.txt", b"Some text".to_vec()).await["id"].clone();
    assert_eq!(facts(&server, &admin, &text).await["placeholder"], Value::Null);

    let seen = "query($token: String!) { sharedLink(token: $token) { locked assets { nodes { placeholder } } } }";
    let token = |link: &Value| link["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let open = server.public_link(&admin, &picture, json!({})).await;
    let data = server.data("", seen, json!({ "token": token(&open) })).await;
    assert_eq!(data["sharedLink"]["assets"]["nodes"], json!([{ "placeholder": placeholder }]));
    let locked = server.public_link(&admin, &picture, json!({ "password": "A long one 1" })).await;
    let data = server.data("", seen, json!({ "token": token(&locked) })).await;
    assert_eq!(data["sharedLink"], json!({ "locked": true, "assets": null }));
}

#[tokio::test]
async fn assets_of_before_get_a_placeholder_and_what_failed_is_tried_once_more() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    server.no_schedule().await;
    let picture = server.upload(&admin, "a.jpg", fixtures::jpeg(900, 600)).await["id"].clone();
    let unknown = server.upload(&admin, "b.jpg", fixtures::jpeg(300, 600)).await["id"].clone();
    let broken = server.upload(&admin, "c.png", fixtures::png_header(90, 60)).await["id"].clone();
    // A raw file, say, that was taken for a TIFF, whose pictures are then those of its thumbnail.
    let taken = server.upload(&admin, "d.jpg", fixtures::jpeg(600, 500)).await["id"].clone();
    for asset in [&picture, &unknown, &broken, &taken] {
        server.proxies(&admin, asset).await;
    }
    let (colour, ratio) = read(&facts(&server, &admin, &picture).await["placeholder"]);
    let reason = facts(&server, &admin, &broken).await["failureReason"].clone();
    // An earlier version has made no placeholders, did not know the format of the second, and mistook the last one.
    server
        .sql(
            "UPDATE assets SET ingest_version = 2, placeholder = NULL;
            DELETE FROM proxies WHERE asset_id = (SELECT id FROM assets WHERE file_name = 'b.jpg');
            UPDATE assets SET kind = 'OTHER', media_type = 'application/octet-stream' WHERE file_name = 'b.jpg';
            UPDATE proxies SET width = 160 WHERE asset_id = (SELECT id FROM assets WHERE file_name = 'd.jpg');
            UPDATE assets SET media_type = 'image/tiff' WHERE file_name = 'd.jpg';
            UPDATE proxies SET reason = 'An old reason.' WHERE state = 'FAILED'",
        )
        .await;
    assert_eq!(facts(&server, &admin, &broken).await["failureReason"], "An old reason.");
    assert_eq!(server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"], 4);
    until(true, async || facts(&server, &admin, &picture).await["placeholder"].is_string()).await;
    // It is made of the thumbnail now.
    let (found, found_ratio) = read(&facts(&server, &admin, &picture).await["placeholder"]);
    assert!(found.iter().zip(colour).all(|(found, before)| found.abs_diff(before) < 9), "{found:?} after {colour:?}");
    assert!((found_ratio - ratio).abs() < 0.01, "{found_ratio} after {ratio}");
    until(reason, async || facts(&server, &admin, &broken).await["failureReason"].clone()).await;
    until(json!("IMAGE"), async || facts(&server, &admin, &unknown).await["kind"].clone()).await;
    server.proxies(&admin, &unknown).await;
    read(&facts(&server, &admin, &unknown).await["placeholder"]);
    let widths = async || {
        let told = facts(&server, &admin, &taken).await;
        let proxies = told["proxies"].as_array().unwrap().iter();
        Value::Array(proxies.map(|proxy| proxy["width"].clone()).collect())
    };
    until(json!([320, 600, 600]), widths).await;
    // All are examined, and nothing is tried for ever.
    until(json!(0), async || server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"].into()).await;
}

#[tokio::test]
async fn what_failed_stays_failed_where_the_original_is_lost() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    server.no_schedule().await;
    let broken = server.upload(&admin, "a.png", fixtures::png_header(90, 60)).await["id"].clone();
    server.proxies(&admin, &broken).await;
    let before = facts(&server, &admin, &broken).await;
    assert!(before["failureReason"].is_string(), "{before}");
    std::fs::remove_file(&server.blob_files()[0]).unwrap();
    server.sql("UPDATE assets SET ingest_version = 2").await;
    assert_eq!(server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"], 1);
    let unexamined = format!("assets WHERE ingest_version < {INGEST_VERSION}");
    until(0, async || server.count(&unexamined).await).await;
    assert_eq!(facts(&server, &admin, &broken).await, before);
    // It is not tried again and again.
    until(json!(0), async || server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"].into()).await;
}

#[tokio::test]
async fn what_cannot_be_made_has_one_reason_which_people_see() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let visitor = server.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD).await;
    for (name, bytes) in [("a.png", fixtures::png_header(90, 60)), ("a.mp4", made::video_without_frames())] {
        let asset = server.upload(&admin, name, bytes).await;
        server.proxies(&admin, &asset["id"]).await;
        let told = facts(&server, &admin, &asset["id"]).await;
        let reason = told["failureReason"].as_str().unwrap();
        assert_eq!(told["proxies"][0]["failureReason"], reason, "{name}");
        let page = visitor.get(&format!("/a/{}", asset["number"].as_str().unwrap())).await.text().await.unwrap();
        assert!(page.contains("No versions could be made."), "{name}: {page}");
        assert_eq!(page.matches(&reason[..20]).count(), 1, "{name}: {reason}");
    }
    let whole = server.upload(&admin, "b.jpg", fixtures::jpeg(90, 60)).await["id"].clone();
    server.proxies(&admin, &whole).await;
    assert_eq!(facts(&server, &admin, &whole).await["failureReason"], Value::Null);
}
