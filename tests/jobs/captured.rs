//! When pictures and videos were taken: what is believed of what their files say, and who is told.

use super::hands::until;
use chrono::TimeDelta;
use schema::{assets::INGEST_VERSION, periodic::PeriodicJob};
use serde_json::{Value, json};
use tests::{Options, Running, fixtures, made, start_with};

async fn told(server: &Running, token: &str, asset: &Value) -> Value {
    let query = "query($id: ID!) { asset(id: $id) { capturedAt } }";
    server.data(token, query, json!({ "id": asset })).await["asset"]["capturedAt"].clone()
}

async fn uploaded(server: &Running, admin: &str, name: &str, bytes: Vec<u8>) -> Value {
    let asset = server.upload(admin, name, bytes).await["id"].clone();
    server.proxies(admin, &asset).await;
    asset
}

fn photo(date: &str) -> Vec<u8> {
    fixtures::jpeg_with_exif(40, 30, Some(fixtures::exif_taken(date)))
}

#[tokio::test]
async fn a_date_is_what_the_camera_wrote_if_that_can_be() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let now = server.services.now();
    let written = |hours: i64| (now + TimeDelta::hours(hours)).format("%Y:%m:%d %H:%M:%S").to_string();
    let kept = |hours: i64| json!((now + TimeDelta::hours(hours)).format("%Y-%m-%dT%H:%M:%S").to_string());
    for (date, expected) in [
        ("2024:05:01 18:30:05".to_owned(), json!("2024-05-01T18:30:05")),
        ("2024-05-01T18:30:05".to_owned(), json!("2024-05-01T18:30:05")),
        ("1861:07:04 10:00:00".to_owned(), json!("1861-07-04T10:00:00")),
        ("2024:02:29 23:59:59".to_owned(), json!("2024-02-29T23:59:59")),
        // It is tomorrow already in the east.
        (written(23), kept(23)),
        (written(26), Value::Null),
        ("0000:00:00 00:00:00".to_owned(), Value::Null),
        ("0001:01:01 00:00:00".to_owned(), Value::Null),
        ("2024:02:31 10:00:00".to_owned(), Value::Null),
        ("1970:01:01 00:00:00".to_owned(), Value::Null),
        ("    :  :     :  :  ".to_owned(), Value::Null),
        ("yesterday".to_owned(), Value::Null),
        (String::new(), Value::Null),
    ] {
        let asset = uploaded(&server, &admin, "a.jpg", photo(&date)).await;
        assert_eq!(told(&server, &admin, &asset).await, expected, "{date:?}");
    }
    let plain = uploaded(&server, &admin, "plain.jpg", fixtures::jpeg(40, 30)).await;
    assert_eq!(told(&server, &admin, &plain).await, Value::Null);
}

#[tokio::test]
async fn the_day_of_a_video_is_that_of_the_time_zone_of_the_workspace() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let video = made::video_taken(&made::video("a.mp4", "64x48", 1), "2024-05-01T22:30:05Z");
    for (zone, expected) in [("Europe/Berlin", "2024-05-02T00:30:05"), ("America/New_York", "2024-05-01T18:30:05")] {
        let update =
            "mutation($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) { userErrors { code } } }";
        let updated = server.data(&admin, update, json!({ "input": { "timeZone": zone } })).await;
        assert_eq!(updated["updateWorkspace"]["userErrors"], json!([]));
        let asset = uploaded(&server, &admin, "a.mp4", video.clone()).await;
        assert_eq!(told(&server, &admin, &asset).await, expected, "{zone}");
    }
}

#[tokio::test]
async fn assets_of_before_get_their_date_and_lose_what_is_not_believed_any_more() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    server.no_schedule().await;
    let dated = uploaded(&server, &admin, "a.jpg", photo("2024:05:01 18:30:05")).await;
    let undated = uploaded(&server, &admin, "b.jpg", fixtures::jpeg(40, 30)).await;
    server
        .sql(
            "UPDATE assets SET ingest_version = 5, captured_at = NULL WHERE file_name = 'a.jpg';
            UPDATE assets SET ingest_version = 5, captured_at = '1980-01-01' WHERE file_name = 'b.jpg'",
        )
        .await;
    assert_eq!(told(&server, &admin, &dated).await, Value::Null);
    assert_eq!(told(&server, &admin, &undated).await, "1980-01-01T00:00:00");
    assert_eq!(server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"], 2);
    let older = format!("assets WHERE ingest_version < {INGEST_VERSION}");
    until(0, async || server.count(&older).await).await;
    assert_eq!(told(&server, &admin, &dated).await, "2024-05-01T18:30:05");
    assert_eq!(told(&server, &admin, &undated).await, Value::Null);
}

#[tokio::test]
async fn only_who_may_see_an_asset_is_told_its_date() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = uploaded(&server, &admin, "a.jpg", photo("2024:05:01 18:30:05")).await;
    let query = "query($id: ID!) { asset(id: $id) { capturedAt } }";
    for (role, expected) in [
        ("EDITOR", json!({ "asset": { "capturedAt": "2024-05-01T18:30:05" } })),
        ("VIEWER", json!({ "asset": { "capturedAt": "2024-05-01T18:30:05" } })),
        ("GUEST", json!({ "asset": null })),
    ] {
        let token = server.user(&admin, role, role).await;
        assert_eq!(server.data(&token, query, json!({ "id": asset })).await, expected, "{role}");
    }
    let refused = server.call("", query, json!({ "id": asset })).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{refused}");
    let page = server.admin_browser().await.get("/a/VTR-1").await.text().await.unwrap();
    assert!(page.contains("1 May 2024, 18:30"), "{page}");
}
