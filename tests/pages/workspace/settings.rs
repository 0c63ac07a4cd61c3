//! The settings of the workspace, as their forms are sent.

use super::{page, redirect, sent, value};
use domain::person_search::WHAT_IS_STORED;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tests::{Running, Visitor, fixtures, start};

async fn workspace(server: &Running, token: &str) -> Value {
    let query =
        "{ workspace { name timeZone branding { accentColor galleryBackground imprint contact logo { width } } } }";
    server.data(token, query, Value::Null).await["workspace"].clone()
}

/// Sends a file as a browser does from the page of this origin.
async fn send_file(browser: &Visitor, origin: &str, name: &'static str, bytes: Vec<u8>) -> reqwest::Response {
    let form = Form::new().part(name, Part::bytes(bytes).file_name("logo.png"));
    let request = browser.request(reqwest::Method::POST, "/settings/logo").header("origin", origin);
    request.multipart(form).send().await.unwrap()
}

const SAME: [(&str, &str); 6] = [
    ("name", "Press office"),
    ("timeZone", "Asia/Tokyo"),
    ("accentColor", "#ffd400"),
    ("galleryBackground", "DARK"),
    ("imprint", "https://example.com/imprint"),
    ("contact", "press@example.com"),
];

#[tokio::test]
async fn administrators_change_the_settings_by_clicking() {
    let server = start().await;
    let admin = server.admin().await;
    let browser = server.admin_browser().await;
    let first = page(&browser, "/settings").await;
    assert!(
        first.contains("value=\"#1f5f5b\"") && !first.contains("defaultAccent") && !first.contains("<style>"),
        "{first}"
    );
    let before = workspace(&server, &admin).await;
    // The usual colour, which the field shows first, is none of one's own.
    let name = before["name"].as_str().unwrap();
    let plain =
        [("name", name), ("timeZone", "Europe/Berlin"), ("accentColor", "#1f5f5b"), ("galleryBackground", "AUTO")];
    assert_eq!(redirect(&browser.post_form("/settings", &plain).await), (303, "/settings?done=saved".into()));
    assert!(workspace(&server, &admin).await["branding"]["accentColor"].is_null());

    assert_eq!(redirect(&browser.post_form("/settings", &SAME).await).0, 303);
    let look = json!({ "accentColor": "#ffd400", "galleryBackground": "DARK", "imprint": "https://example.com/imprint",
        "contact": "mailto:press@example.com", "logo": null });
    let saved = json!({ "name": "Press office", "timeZone": "Asia/Tokyo", "branding": look });
    assert_eq!(workspace(&server, &admin).await, saved);
    let shown = page(&browser, "/settings?done=saved").await;
    assert!(
        shown.contains("The settings are saved.") && shown.contains("<option value=\"Asia/Tokyo\" selected>"),
        "{shown}"
    );
    assert_eq!((value(&shown, "name"), value(&shown, "contact")), ("Press office".into(), "press@example.com".into()));
    assert!(
        shown.contains(".preview-light{--accent:#") && shown.contains("<option value=\"DARK\" selected>"),
        "{shown}"
    );

    let wrong = [
        ("name", " "),
        ("timeZone", "Nowhere"),
        ("accentColor", "red"),
        ("galleryBackground", "LIGHT"),
        ("imprint", "javascript:alert(1)"),
        ("contact", "nobody"),
    ];
    let (status, refused) = sent(&browser, "/settings", &wrong).await;
    assert_eq!(status, 422);
    for field in ["name", "timeZone", "accentColor", "imprint", "contact"] {
        assert!(refused.contains(&format!("id=\"{field}-error\"")), "{field}: {refused}");
    }
    assert!(!refused.contains("href=\"javascript") && value(&refused, "imprint") == "javascript:alert(1)", "{refused}");
    assert_eq!(sent(&browser, "/settings", &[&SAME[..3], &[("galleryBackground", "PINK")]].concat()).await.0, 422);
    assert_eq!(workspace(&server, &admin).await, saved, "nothing of it");

    let cleared = [&SAME[..4], &[("defaultAccent", "on"), ("imprint", ""), ("contact", " ")]].concat();
    assert_eq!(redirect(&browser.post_form("/settings", &cleared).await).0, 303);
    let left = workspace(&server, &admin).await["branding"].clone();
    assert_eq!(
        left,
        json!({ "accentColor": null, "galleryBackground": "DARK", "imprint": null, "contact": null, "logo": null })
    );
}

#[tokio::test]
async fn a_logo_is_uploaded_and_removed_by_clicking() {
    let server = start().await;
    let admin = server.admin().await;
    let browser = server.admin_browser().await;
    let picture = || fixtures::plain_png(200, 100, [200, 0, 0]);
    assert!(!page(&browser, "/settings").await.contains("/settings/logo/remove"));
    let set = send_file(&browser, &server.url, "file", picture()).await;
    assert_eq!(redirect(&set), (303, "/settings?done=logo".into()));
    assert_eq!(workspace(&server, &admin).await["branding"]["logo"]["width"], 200);
    assert!(page(&browser, "/settings").await.contains("/settings/logo/remove"));
    for (name, bytes, what) in [
        ("file", fixtures::pdf(), "neither"),
        ("file", vec![7; 3 * 1024 * 1024], "larger than 2 MB"),
        ("file", Vec::new(), "Choose a file"),
        ("other", picture(), "Choose a file"),
    ] {
        let refused = send_file(&browser, &server.url, name, bytes).await;
        assert_eq!(refused.status(), 422, "{what}");
        let refused = refused.text().await.unwrap();
        assert!(refused.contains("id=\"file-error\"") && refused.contains(what), "{what}: {refused}");
    }
    assert_eq!(sent(&browser, "/settings/logo", &[("file", "x")]).await.0, 422, "a form without a file");
    assert_eq!(send_file(&browser, "https://evil.example", "file", picture()).await.status(), 403);
    server.user(&admin, "Eddi", "EDITOR").await;
    let editor = server.signed_in("eddi@example.com", "a long password").await;
    assert_eq!(send_file(&editor, &server.url, "file", picture()).await.status(), 403);
    let nobody = send_file(&server.visitor(), &server.url, "file", picture()).await;
    assert_eq!(redirect(&nobody).0, 303);
    assert!(redirect(&nobody).1.starts_with("/sign-in"));
    assert_eq!(server.blobs(), 1, "nothing of what was refused is kept");
    assert_eq!(workspace(&server, &admin).await["branding"]["logo"]["width"], 200);
    let removed = browser.post_form("/settings/logo/remove", &[]).await;
    assert_eq!(redirect(&removed), (303, "/settings?done=no-logo".into()));
    assert!(workspace(&server, &admin).await["branding"]["logo"].is_null());
}

#[tokio::test]
async fn the_search_by_person_is_turned_on_and_off_by_who_has_read_what_it_means() {
    let server = start().await;
    let admin = server.admin().await;
    let browser = server.admin_browser().await;
    server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await;
    let is_on = async || {
        server.data(&admin, "{ workspace { personSearch } }", Value::Null).await["workspace"]["personSearch"].clone()
    };
    let first = page(&browser, "/settings").await;
    assert!(first.contains(WHAT_IS_STORED) && first.contains("Turn it on") && !first.contains("It is on."), "{first}");
    for refused in [&[("turn", "on")][..], &[("understood", "on")], &[("turn", "up"), ("understood", "on")], &[]] {
        let (status, refused) = sent(&browser, "/settings/person-search", refused).await;
        assert_eq!(status, 422);
        assert!(refused.contains("id=\"understood-error\""), "{refused}");
        assert_eq!(is_on().await, false);
    }
    let turn =
        async |to| redirect(&browser.post_form("/settings/person-search", &[("turn", to), ("understood", "on")]).await);
    assert_eq!(turn("on").await, (303, "/settings?done=person-search".into()));
    assert_eq!(is_on().await, true);
    let on = page(&browser, "/settings").await;
    assert!(on.contains("It is on.") && on.contains("1 wait to be looked at") && on.contains("Turn it off"), "{on}");
    assert_eq!(sent(&browser, "/settings/person-search", &[("turn", "off")]).await.0, 422);
    assert_eq!(is_on().await, true);
    assert_eq!(turn("off").await, (303, "/settings?done=no-person-search".into()));
    assert_eq!(is_on().await, false);
    // Other settings leave it as it is.
    assert_eq!(turn("on").await.0, 303);
    assert_eq!(redirect(&browser.post_form("/settings", &SAME).await).0, 303);
    assert_eq!(is_on().await, true);
}
