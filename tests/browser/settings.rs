//! The settings of the workspace, and how its links look, in a browser.

use super::driver::run;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Options, fixtures, start_with};

#[tokio::test]
async fn administrators_choose_how_their_links_look() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for (name, width, height) in [("Harbour.jpg", 2400, 1600), ("Quay.jpg", 600, 900), ("Boat.jpg", 900, 600)] {
        let id = server.upload(&admin, name, fixtures::jpeg(width, height)).await["id"].clone();
        server.proxies(&admin, &id).await;
        assets.push(id);
    }
    let notes = server.upload(&admin, "Notes on the harbour.txt", "notes").await["id"].clone();
    let text = "Everything from the harbour days, for the press.\n\nPlease name the photographers.";
    let settings = |name: &str| {
        json!({ "name": name, "description": text, "showCreator": true, "allowOriginal": true, "allowProxies": true,
            "expiresAt": "2040-06-30T16:30:00Z" })
    };
    let share = |assets: Vec<serde_json::Value>, settings: serde_json::Value| {
        server.share(&admin, json!({ "assetIds": assets, "settings": settings }))
    };
    let count = assets.len() + 1;
    let all = assets.iter().chain([&notes]).cloned().collect();
    let of_gallery = share(all, settings("Three days in May")).await["link"].clone();
    let gallery = of_gallery["url"].clone();
    let mut of_notes = settings("Notes of three days");
    of_notes["allowProxies"] = json!(false);
    let plain = share(vec![notes], of_notes).await["link"]["url"].clone();
    let single = server.public_link(&admin, &assets[0], settings("Harbour")).await["url"].clone();
    let locked = server.public_link(&admin, &assets[0], json!({ "password": "open sesame" })).await["url"].clone();
    let facts = json!({
        "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD, "gallery": gallery, "galleryId": of_gallery["id"], "plain": plain, "single": single,
        "locked": locked, "count": count, "logo": STANDARD.encode(fixtures::plain_png(400, 100, [179, 38, 30])),
    });
    run("settings", &server, facts).await;
}
