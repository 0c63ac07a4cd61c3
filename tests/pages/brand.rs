//! How the pages of links show whose they are.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::{Running, Visitor, fixtures, short, start};

async fn set(server: &Running, admin: &str, branding: Value) {
    let update =
        "mutation($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) { userErrors { message } } }";
    let input = json!({ "input": { "name": "Harbour <Press>", "branding": branding } });
    let data = server.data(admin, update, input).await;
    assert_eq!(data["updateWorkspace"]["userErrors"], json!([]));
}

async fn logo(server: &Running, admin: &str) -> String {
    let set = "mutation($input: SetLogoInput!) { setLogo(input: $input) { workspace { branding { logo { url } } } } }";
    let file = fixtures::plain_png(200, 100, [200, 0, 0]);
    let answer: Value =
        server.upload_call(admin, set, json!({ "file": null }), "l.png", file).await.json().await.unwrap();
    let url = answer["data"]["setLogo"]["workspace"]["branding"]["logo"]["url"].as_str().unwrap().to_owned();
    url.strip_prefix(&server.url).unwrap().to_owned()
}

/// The page, and whether its policy allows the style sheet within it.
async fn page(visitor: &Visitor, path: &str) -> String {
    let answer = visitor.get(path).await;
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let html = answer.text().await.unwrap();
    if let Some((_, rest)) = html.split_once("<style>") {
        let style = rest.split("</style>").next().unwrap();
        let hash = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(style)));
        assert!(policy.contains(&format!("style-src 'self' {hash}")), "{path}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    html
}

#[tokio::test]
async fn every_open_page_of_a_link_shows_whose_it_is() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "a").await["id"].clone();
    let single = server.public_link(&admin, &asset, Value::Null).await;
    let gallery = server.share(&admin, json!({ "assetIds": [asset] })).await["link"].clone();
    let locked = server.public_link(&admin, &asset, json!({ "password": "open sesame" })).await;
    let input = json!({ "assetId": asset, "password": "open sesame" });
    let download = server.download_link(&admin, input).await;
    let [single, gallery, locked, download] =
        [single, gallery, locked, download].map(|link| link["url"].as_str().unwrap().to_owned());
    let member = format!("{gallery}/assets/{}", short(&asset));
    let pages = [
        single.clone(),
        format!("{single}/embed"),
        gallery.clone(),
        format!("{gallery}/embed"),
        format!("{gallery}?search=nothing"),
        member.clone(),
        member.replace("/assets/", "/embed/"),
    ];
    let neutral = [locked.clone(), format!("{locked}/embed"), download];
    let visitor = server.visitor();
    set(&server, &admin, json!({})).await;
    for path in &pages {
        let html = page(&visitor, path).await;
        assert!(
            html.contains("<span class=\"top-name\" dir=\"auto\">Harbour &#60;Press&#62;</span>"),
            "{path}: {html}"
        );
        assert!(!html.contains("Imprint") && !html.contains("Contact") && !html.contains("--accent"), "{path}: {html}");
        assert!(html.contains("<html lang=\"en\" dir=\"ltr\">"), "{path}: {html}");
    }
    let imprint = "https://example.com/imprint?a=1&b=2";
    let look = json!({ "accentColor": "#ffd400", "imprint": imprint, "contact": "press@example.com" });
    set(&server, &admin, look).await;
    let picture = logo(&server, &admin).await;
    for path in &pages {
        let html = page(&visitor, path).await;
        let top = format!(
            "<img class=\"top-logo\" src=\"{picture}\" alt=\"Harbour &#60;Press&#62;\" width=\"160\" height=\"80\">"
        );
        assert!(html.contains(&top), "{path}: {html}");
        for link in [
            "<a href=\"https://example.com/imprint?a=1&#38;b=2\" target=\"_blank\" rel=\"noopener\">Imprint</a>",
            "<a href=\"mailto:press@example.com\" target=\"_blank\" rel=\"noopener\">Contact</a>",
        ] {
            assert!(html.contains(link), "{path}: {html}");
        }
        assert!(html.contains("--fill:#ffd400;") && html.contains("--on-fill:#000000"), "{path}: {html}");
        assert!(html.contains("@media(prefers-color-scheme:dark)"), "{path}: {html}");
    }
    // Whoever has no password learns nothing.
    for path in &neutral {
        let html = page(&visitor, path).await;
        assert!(html.contains("Password needed"), "{path}: {html}");
        for part in ["Harbour", "Imprint", "Contact", "--fill", "/logo/"] {
            assert!(!html.contains(part), "{path}: {part}: {html}");
        }
    }
    assert_eq!(visitor.get(&picture).await.status(), 200);
    for (background, scheme) in [("LIGHT", "light"), ("DARK", "dark")] {
        set(&server, &admin, json!({ "galleryBackground": background })).await;
        for path in &pages {
            let html = page(&visitor, path).await;
            assert!(
                html.contains(&format!("<html lang=\"en\" dir=\"ltr\" data-scheme=\"{scheme}\">")),
                "{path}: {html}"
            );
            assert!(!html.contains("@media(prefers-color-scheme"), "{path}: {html}");
        }
    }
}

#[tokio::test]
async fn what_does_not_exist_is_of_no_workspace() {
    let server = start().await;
    let admin = server.admin().await;
    set(&server, &admin, json!({ "accentColor": "#ffd400", "galleryBackground": "DARK", "contact": "a@example.com" }))
        .await;
    let picture = logo(&server, &admin).await;
    let asset = server.upload(&admin, "a.txt", "a").await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await;
    let disable = "mutation($id: ID!) { disableLink(id: $id) { userErrors { code } } }";
    server.data(&admin, disable, json!({ "id": link["id"] })).await;
    let visitor = server.visitor();
    let unknown = visitor.get("/s/0000000000000000000000").await.text().await.unwrap();
    let dead = visitor.get(link["url"].as_str().unwrap()).await;
    assert_eq!(dead.status(), 404);
    let dead = dead.text().await.unwrap();
    assert_eq!(dead, unknown);
    for told in ["Harbour", "ffd400", "data-scheme", "a@example.com", picture.as_str()] {
        assert!(!dead.contains(told), "{told}: {dead}");
    }
}
