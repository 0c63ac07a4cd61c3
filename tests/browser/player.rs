//! What visitors play: a video in two sizes with captions, and recordings.

use super::driver::run;
use serde_json::json;
use tests::{Options, fixtures, made, start_with};

const CAPTIONS: &str = "WEBVTT\n\n00:00.000 --> 00:20.000\nThe harbour in the morning\n";

#[tokio::test]
async fn visitors_play_videos_and_recordings() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let files = [
        ("Harbour.mp4", made::video("a.mp4", "1280x720", 8)),
        ("Song.mp3", made::sound_with_cover("a.mp3", &fixtures::jpeg(600, 600))),
        ("Waves.flac", made::sound("a.flac", 3)),
    ];
    let mut assets = Vec::new();
    for (name, bytes) in files {
        assets.push(server.upload(&admin, name, bytes).await["id"].clone());
    }
    for (name, text) in
        [("Harbour.en.vtt", CAPTIONS), ("Harbour.ar.srt", "1\n00:00:00,000 --> 00:00:20,000\nالميناء\n")]
    {
        server.attach(&admin, &assets[0], name, text).await;
    }
    for asset in &assets {
        server.proxies(&admin, asset).await;
    }
    let settings = json!({ "name": "Harbour", "allowOriginal": true, "allowProxies": true });
    let mut links = Vec::new();
    for asset in &assets {
        links.push(server.public_link(&admin, asset, settings.clone()).await["url"].clone());
    }
    let all = server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await["link"]["url"].clone();
    run("player", &server, json!({ "video": links[0], "song": links[1], "waves": links[2], "all": all })).await;
}
