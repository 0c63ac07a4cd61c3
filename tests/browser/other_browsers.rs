//! A gallery in Firefox and in `WebKit`, which is what Safari is made of: a short list of what browsers do differently.

use super::driver::{drive, is_left_out};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tests::{Options, Running, browser::found, fixtures, start_with};

const PASSWORD: &str = "open sesame";

async fn gallery() -> (Running, Value) {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 1..=8 {
        let (width, height) = [(600, 400), (400, 600), (500, 500)][index % 3];
        let size = if index == 1 { (2400, 1600) } else { (width, height) };
        let file = fixtures::jpeg(size.0, size.1);
        assets.push(server.upload(&admin, &format!("Harbour {index}.jpg"), file).await["id"].clone());
    }
    for asset in &assets {
        server.proxies(&admin, asset).await;
    }
    for index in 9..=124 {
        let name = format!("Sheet {index}.txt");
        assets.push(server.upload(&admin, &name, "text").await["id"].clone());
    }
    assets.push(server.upload(&admin, "Notes on the harbour.txt", "notes").await["id"].clone());
    let share = async |settings: Value| {
        server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await["link"].clone()
    };
    let open = share(json!({ "name": "Three days in May", "allowOriginal": true, "allowProxies": true })).await;
    let locked = share(json!({ "name": "Behind a password", "password": PASSWORD })).await;
    let facts = json!({
        "link": open["url"], "id": open["id"], "locked": locked["url"], "password": PASSWORD, "count": assets.len(),
        "token": admin,
    });
    (server, facts)
}

/// Says that a browser is not there, and how it would be.
fn is_missing(name: &str, package: &str) {
    eprintln!("{name}: LEFT OUT, because it is not installed (./dev packages {package}): nothing was tried in it");
}

#[tokio::test]
async fn firefox_shows_a_gallery() {
    if is_left_out("firefox") {
        return;
    }
    // Ubuntu's is a snap, which may not use the folders that a driver wants.
    let is_snap = Path::new("/snap/bin/firefox").exists();
    let program = found(&["firefox-esr", "firefox"]).filter(|_| !is_snap);
    let Some(program) = program else { return is_missing("firefox", "firefox") };
    let (server, facts) = gallery().await;
    let browser = [("VITRINE_BROWSER_KIND", Path::new("firefox")), ("VITRINE_BROWSER_PROGRAM", &program)];
    drive("other_browsers", "firefox", (&server, facts), &browser).await;
}

#[tokio::test]
async fn webkit_shows_a_gallery() {
    if is_left_out("webkit") {
        return;
    }
    let programs = (found(&["WebKitWebDriver"]), mini_browser(), found(&["Xvfb"]));
    let (Some(driver), Some(window), Some(_)) = programs else { return is_missing("webkit", "webkit") };
    let (server, facts) = gallery().await;
    let browser = [
        ("VITRINE_BROWSER_KIND", Path::new("webkit")),
        ("VITRINE_BROWSER_PROGRAM", &driver),
        ("VITRINE_BROWSER_BINARY", &window),
    ];
    drive("other_browsers", "webkit", (&server, facts), &browser).await;
}

/// The window of `WebKitGTK` for tests, which lies beside its library: `/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser`.
fn mini_browser() -> Option<PathBuf> {
    let below = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect()
    };
    let folders = below(Path::new("/usr/lib")).into_iter().flat_map(|folder| below(&folder));
    folders.map(|folder| folder.join("MiniBrowser")).find(|program| program.is_file())
}
