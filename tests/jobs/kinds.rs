//! The kind of an asset by what its file holds, where the first bytes say too little.

use crate::jobs::hands::until;
use rawzip::ZipArchiveWriter;
use schema::periodic::PeriodicJob;
use serde_json::{Value, json};
use std::io::Write;
use tests::{Options, Running, fixtures, made, short, start_with};

const FACTS: &str = "query($id: ID!) { asset(id: $id) { kind mediaType durationSeconds proxies { preset state } } }";

async fn facts(server: &Running, admin: &str, asset: &Value) -> Value {
    server.data(admin, FACTS, json!({ "id": asset })).await["asset"].clone()
}

/// The proxies of a recording without a cover.
fn heard() -> Value {
    json!([{ "preset": "audio", "state": "READY" }])
}

/// A zip archive with these entries, which contain their names.
fn zip(names: &[&str]) -> Vec<u8> {
    let entries: Vec<(&str, &str)> = names.iter().map(|name| (*name, *name)).collect();
    zip_of(&entries)
}

/// A zip archive with these entries and their contents.
fn zip_of(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut bytes);
    for (name, content) in entries {
        let (mut entry, config) = archive.new_file(name).start().unwrap();
        let mut writer = config.wrap(&mut entry);
        writer.write_all(content.as_bytes()).unwrap();
        let (_, descriptor) = writer.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    bytes
}

#[tokio::test]
async fn a_container_of_videos_that_holds_sounds_only_is_a_recording() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    for (name, media_type) in [
        ("a.mp4", "audio/mp4"),
        ("a.mov", "audio/mp4"),
        ("a.mka", "audio/x-matroska"),
        ("a.webm", "audio/webm"),
        ("a.wma", "audio/x-ms-wma"),
        ("a.avi", "audio/x-msvideo"),
        ("a.ts", "audio/mp2t"),
        ("a.mpg", "audio/mp2p"),
    ] {
        let asset = server.upload(&admin, name, made::sound(name, 2)).await["id"].clone();
        until(true, async || facts(&server, &admin, &asset).await["durationSeconds"].is_number()).await;
        server.proxies(&admin, &asset).await;
        let told = facts(&server, &admin, &asset).await;
        assert_eq!((&told["kind"], &told["mediaType"]), (&json!("AUDIO"), &json!(media_type)), "{name}");
        assert_eq!(told["proxies"], heard(), "{name}: nothing that cannot be made is promised");
    }
    let video = server.upload(&admin, "a.mp4", made::video("a.mp4", "320x240", 1)).await["id"].clone();
    server.proxies(&admin, &video).await;
    assert_eq!(facts(&server, &admin, &video).await["mediaType"], "video/mp4");
}

#[tokio::test]
async fn an_office_document_is_one_whichever_program_wrote_it() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let long: Vec<String> = (0..200).map(|index| format!("customXml/{index:0>60}.xml")).collect();
    let front: Vec<&str> = long.iter().map(String::as_str).collect();
    for (main, media_type) in [
        ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ] {
        // So much in front of it that the first bytes do not show it.
        let document = zip(&[&front[..], &["[Content_Types].xml", main]].concat());
        let asset = server.upload(&admin, "a", document).await;
        assert_eq!(asset["mediaType"], "application/zip");
        until(json!("DOCUMENT"), async || facts(&server, &admin, &asset["id"]).await["kind"].clone()).await;
        assert_eq!(facts(&server, &admin, &asset["id"]).await["mediaType"], media_type);
    }
    for media_type in ["application/epub+zip", "application/vnd.oasis.opendocument.text"] {
        let document = zip_of(&[("content.xml", "<x/>"), ("mimetype", media_type)]);
        let asset = server.upload(&admin, "a", document).await["id"].clone();
        until(json!(media_type), async || facts(&server, &admin, &asset).await["mediaType"].clone()).await;
        assert_eq!(facts(&server, &admin, &asset).await["kind"], "DOCUMENT");
    }
}

#[tokio::test]
async fn assets_of_before_get_their_kind_and_other_archives_stay_as_they_are() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    server.no_schedule().await;
    let sound = server.upload(&admin, "a.mp4", made::sound("a.mp4", 2)).await["id"].clone();
    let archive = server.upload(&admin, "a.zip", zip(&["notes.txt", "backup/word/document.xml"])).await["id"].clone();
    let cut = zip(&["customXml/a.xml", "word/document.xml"]);
    let cut = server.upload(&admin, "b.zip", cut[..cut.len() - 30].to_vec()).await["id"].clone();
    until(true, async || facts(&server, &admin, &sound).await["durationSeconds"].is_number()).await;
    // As an earlier version has left it: examined, and a video that cannot be made.
    server
        .sql(
            "UPDATE assets SET ingest_version = 1;
            UPDATE assets SET kind = 'VIDEO', media_type = 'video/mp4', duration_seconds = NULL WHERE kind = 'AUDIO';
            INSERT INTO proxies (asset_id, preset, watermarked, state, reason)
            SELECT id, 'poster', false, 'FAILED', 'No video.' FROM assets WHERE kind = 'VIDEO'",
        )
        .await;
    assert_eq!(server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"], 3);
    until(json!("AUDIO"), async || facts(&server, &admin, &sound).await["kind"].clone()).await;
    until(heard(), async || facts(&server, &admin, &sound).await["proxies"].clone()).await;
    // It is examined as a recording next.
    server.upkeep(PeriodicJob::Reconcile).await;
    until(true, async || facts(&server, &admin, &sound).await["durationSeconds"].is_number()).await;
    for unchanged in [archive, cut] {
        assert_eq!(facts(&server, &admin, &unchanged).await["mediaType"], "application/zip");
    }
}

#[tokio::test]
async fn a_recording_with_a_cover_shows_it_and_is_examined_like_one_without() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    for name in ["a.mp3", "a.m4a", "a.flac"] {
        let sound = made::sound_with_cover(name, &fixtures::jpeg(600, 400));
        let asset = server.upload(&admin, name, sound).await["id"].clone();
        until(true, async || facts(&server, &admin, &asset).await["durationSeconds"].is_number()).await;
        let told: Vec<_> = server.proxies(&admin, &asset).await.as_array().unwrap().clone();
        let told: Vec<_> = told.iter().map(|made| json!([made["preset"], made["state"], made["width"]])).collect();
        let expected = [("thumbnail", Some(320)), ("preview", Some(600)), ("fullscreen", Some(600)), ("audio", None)];
        assert_eq!(told, expected.map(|(preset, width)| json!([preset, "READY", width])), "{name}");
        let told = facts(&server, &admin, &asset).await;
        assert_eq!(told["kind"], "AUDIO", "{name}");
        // A link offers the cover as it offers the pictures of a document, and shows it.
        let query = "query($ids: [ID!]) { shareOptions(assetIds: $ids) { proxies { kind presets { preset count } } } }";
        let options = server.data(&admin, query, json!({ "ids": [asset] })).await["shareOptions"]["proxies"].clone();
        assert_eq!(options[0]["presets"][0], json!({ "preset": "thumbnail", "count": 1 }), "{options}");
        assert_eq!(options[1], json!({ "kind": "AUDIO", "presets": [{ "preset": "audio", "count": 1 }] }), "{options}");
        assert_eq!(options.as_array().unwrap().len(), 2);
        let link = server.public_link(&admin, &asset, Value::Null).await;
        let url = format!("{}/assets/{}/preview", link["url"].as_str().unwrap(), short(&asset));
        let shown = server.visitor().get(&url).await.bytes().await.unwrap();
        assert_eq!(image::load_from_memory(&shown).unwrap().width(), 600);
    }
}

#[tokio::test]
async fn recordings_of_before_get_their_sound_and_what_cannot_be_decoded_says_why() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    server.no_schedule().await;
    let recording = server.upload(&admin, "a.flac", made::sound("a.flac", 1)).await["id"].clone();
    let noise = [&b"ID3\x03\0\0\0\0\0\0"[..], &[0x55; 400]].concat();
    let noise = server.upload(&admin, "a.mp3", noise).await["id"].clone();
    server.proxies(&admin, &recording).await;
    server.proxies(&admin, &noise).await;
    let why = "query($id: ID!) { asset(id: $id) { failureReason proxies { state } } }";
    let refused = server.data(&admin, why, json!({ "id": noise })).await["asset"].clone();
    assert_eq!(refused["proxies"], json!([{ "state": "FAILED" }]));
    assert!(refused["failureReason"].as_str().unwrap().contains("damaged"), "{refused}");
    let link = server.public_link(&admin, &noise, json!({})).await;
    let silent = server.visitor().get(link["url"].as_str().unwrap()).await.text().await.unwrap();
    assert!(!silent.contains("<audio") && silent.contains("No preview"), "{silent}");
    // As an earlier version has left them.
    until(true, async || facts(&server, &admin, &recording).await["durationSeconds"].is_number()).await;
    server.sql("DELETE FROM proxies; UPDATE assets SET ingest_version = 5").await;
    assert_eq!(server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"], 2);
    until(heard(), async || facts(&server, &admin, &recording).await["proxies"].clone()).await;
    until(json!([{ "preset": "audio", "state": "FAILED" }]), async || {
        facts(&server, &admin, &noise).await["proxies"].clone()
    })
    .await;
}
