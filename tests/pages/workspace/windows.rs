//! The windows that make, show and change a link.

use super::{hidden, made, redirect};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Options, Running, Visitor, fixtures, start, start_with};

const SETTINGS: &str = "query($id: ID!) { link(id: $id) { kind name state settings { allowOriginal allowProxies
    allowAttachments proxyPresets startsAt expiresAt maxDownloads hasPassword watermark } } }";

async fn link(server: &Running, token: &str, id: &str) -> Value {
    server.data(token, SETTINGS, json!({ "id": id })).await["link"].clone()
}

/// Opens a window, and sends its form with these fields.
async fn send(browser: &Visitor, path: &str, fields: &[(&str, &str)]) -> reqwest::Response {
    let form = hidden(&browser.get(path).await.text().await.unwrap(), "form");
    browser.post_form(path, &[&[("form", form.as_str())], fields].concat()).await
}

async fn photo(server: &Running, admin: &str) -> Value {
    let asset = server.upload(admin, "Harbour.jpg", fixtures::jpeg(640, 480)).await["id"].clone();
    server.attach(admin, &asset, "terms.pdf", fixtures::pdf()).await;
    asset
}

#[tokio::test]
async fn a_form_sets_all_that_the_api_sets() {
    let server = start().await;
    let admin = server.admin().await;
    photo(&server, &admin).await;
    server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::png_with_alpha(40, 40))).await;
    let browser = server.admin_browser().await;
    let fields = [
        ("name", "  For the press "),
        ("allowOriginal", "on"),
        ("allowProxies", "on"),
        ("proxyPresets", "preview"),
        ("proxyPresets", "thumbnail"),
        ("allowAttachments", "on"),
        ("startsAt", "2040-01-15T08:00"),
        ("expiresAt", "2040-07-15T18:30"),
        ("maxDownloads", "25"),
        ("password", "open sesame"),
        ("watermark", "on"),
    ];
    let id = made(&send(&browser, "/a/VTR-1/public-link", &fields).await);
    // The time zone of the workspace is that of Berlin.
    let expected = json!({ "kind": "PUBLIC", "name": "For the press", "state": "SCHEDULED", "settings": {
        "allowOriginal": true, "allowProxies": true, "allowAttachments": true,
        "proxyPresets": ["preview", "thumbnail"], "startsAt": "2040-01-15T07:00:00+00:00",
        "expiresAt": "2040-07-15T16:30:00+00:00", "maxDownloads": 25, "hasPassword": true, "watermark": true } });
    assert_eq!(link(&server, &admin, &id).await, expected);

    // All presets that are offered mean all that there are; nothing typed means the defaults.
    let all = [
        ("allowProxies", "on"),
        ("proxyPresets", "thumbnail"),
        ("proxyPresets", "preview"),
        ("proxyPresets", "fullscreen"),
    ];
    let id = made(&send(&browser, "/a/VTR-1/public-link", &all).await);
    let plain = link(&server, &admin, &id).await;
    assert!(plain["name"].as_str().unwrap().starts_with("Link from "), "{plain}");
    assert_eq!(plain["settings"]["proxyPresets"], json!(["thumbnail", "preview", "fullscreen"]));
    for (setting, value) in [("allowOriginal", json!(false)), ("expiresAt", Value::Null), ("hasPassword", json!(false))]
    {
        assert_eq!(plain["settings"][setting], value, "{setting}");
    }
    let presets = "SELECT 1 / (proxy_presets IS NULL)::int FROM links WHERE NOT allow_original";
    server.sql(presets).await;

    let fields = [("name", "The file"), ("maxDownloads", "1"), ("startsAt", "2040-01-15T08:00")];
    let id = made(&send(&browser, "/a/VTR-1/download-link", &fields).await);
    let download = link(&server, &admin, &id).await;
    assert_eq!((&download["kind"], &download["state"]), (&json!("DOWNLOAD"), &json!("SCHEDULED")));
    assert_eq!(download["settings"]["maxDownloads"], 1);
}

#[tokio::test]
async fn mistakes_are_shown_at_their_fields_and_nothing_typed_is_lost() {
    let server = start().await;
    let admin = server.admin().await;
    photo(&server, &admin).await;
    let browser = server.admin_browser().await;
    let secret = "Oп\u{7}bell";
    let fields = [
        ("name", "Kept <name>"),
        ("allowOriginal", "on"),
        ("startsAt", "2040-03-25T02:30"),
        ("expiresAt", "some day"),
        ("maxDownloads", "many"),
        ("allowProxies", "on"),
        ("password", secret),
    ];
    let refused = send(&browser, "/a/VTR-1/public-link", &fields).await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    for id in ["startsAt-error", "expiresAt-error", "maxDownloads-error"] {
        assert!(page.contains(&format!(r#"id="{id}""#)), "{id}: {page}");
    }
    assert!(page.contains("Tick at least one version") && page.contains(r##"href="#expiresAt""##), "{page}");
    assert!(
        page.contains("Kept &#60;name&#62;") && page.contains("some day") && page.contains("value=\"many\""),
        "{page}"
    );
    assert!(!page.contains("bell"), "no page has the password: {page}");
    // What the rules refuse comes back in the same way, a setting that is not offered among it.
    let fields = [("name", "x".repeat(201)), ("watermark", "on".into()), ("expiresAt", "2001-01-01T10:00".into())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = send(&browser, "/a/VTR-1/public-link", &fields).await.text().await.unwrap();
    for id in ["name-error", "watermark-error", "expiresAt-error"] {
        assert!(page.contains(&format!(r#"id="{id}""#)), "{id}: {page}");
    }
    assert_eq!(server.data(&admin, "{ links { totalCount } }", Value::Null).await["links"]["totalCount"], 0);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_makes_one_link_with_one_password() {
    let server = start().await;
    let admin = server.admin().await;
    photo(&server, &admin).await;
    let browser = server.admin_browser().await;
    for path in ["/a/VTR-1/public-link", "/a/VTR-1/download-link"] {
        let form = hidden(&browser.get(path).await.text().await.unwrap(), "form");
        let fields = [("form", form.as_str()), ("name", path), ("generatePassword", "on")];
        let (one, two) = tokio::join!(browser.post_form(path, &fields), browser.post_form(path, &fields));
        let three = browser.post_form(path, &fields).await;
        let id = made(&one);
        assert_eq!((made(&two), made(&three)), (id.clone(), id.clone()), "{path}");
        // All of them show the password that opens the link.
        let page = browser.get(&format!("/links/{id}")).await.text().await.unwrap();
        let password = page.split_once("Password: ").unwrap().1[..19].to_owned();
        let url = server.data(&admin, "query($id: ID!) { link(id: $id) { url } }", json!({ "id": id })).await;
        let url = url["link"]["url"].as_str().unwrap().to_owned();
        let unlock = if path.contains("public") { format!("{url}/unlock") } else { url };
        let visitor = server.visitor();
        assert_eq!(visitor.post_form(&unlock, &[("password", &password)]).await.status(), 303, "{path}");
        // Once only.
        let again = browser.get(&format!("/links/{id}")).await.text().await.unwrap();
        assert!(!again.contains(&password) && again.contains("has a password"), "{again}");
        // The same form with other fields is another wish; the page asks, and its new form is accepted.
        let changed = browser.post_form(path, &[("form", form.as_str()), ("name", "Another")]).await;
        assert_eq!(changed.status(), 422);
        let page = changed.text().await.unwrap();
        assert!(page.contains("has made a link already"), "{page}");
        let other = browser.post_form(path, &[("form", &hidden(&page, "form")), ("name", "Another")]).await;
        assert_ne!(made(&other), id);
    }
    assert_eq!(server.data(&admin, "{ links { totalCount } }", Value::Null).await["links"]["totalCount"], 4);
}

#[tokio::test]
async fn a_password_is_on_its_way_in_a_cookie_of_that_link_only() {
    let server = start_with(Options { public_url: Some("https://vitrine.example"), ..Options::default() }).await;
    let admin = server.admin().await;
    photo(&server, &admin).await;
    let enter = [("email", tests::ADMIN_EMAIL), ("password", tests::ADMIN_PASSWORD)];
    let entered = server.visitor().post_form("/sign-in", &enter).await;
    let session = entered.headers().get_all("set-cookie").iter().map(|it| it.to_str().unwrap());
    let session =
        session.filter(|it| it.starts_with("vitrine_user=")).map(|it| it.split(';').next().unwrap().to_owned());
    let session = session.collect::<String>();
    let sent = server.visitor().request(reqwest::Method::POST, "/a/VTR-1/public-link").header("cookie", &session);
    let sent = sent.header("content-type", "application/x-www-form-urlencoded");
    let made_now = sent.body("form=a&password=%C3%B6ffne+dich").send().await.unwrap();
    let id = made(&made_now);
    let cookie = made_now.headers()["set-cookie"].to_str().unwrap();
    for part in
        ["vitrine_shown_once=", "HttpOnly", "Secure", "SameSite=Lax", "Max-Age=120", &format!("Path=/links/{id}")]
    {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!made_now.headers()["location"].to_str().unwrap().contains("ffne"));
    let both = format!("{session}; {}", cookie.split(';').next().unwrap());
    let page = server.visitor().request(reqwest::Method::GET, &format!("/links/{id}")).header("cookie", both);
    let page = page.send().await.unwrap();
    assert!(page.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert!(page.text().await.unwrap().contains("öffne dich"));
}

#[tokio::test]
async fn only_what_can_be_shared_is_offered() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = photo(&server, &admin).await;
    server.external("elsewhere.mov").await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let browser = server.signed_in("vera@example.com", "a long password").await;
    let page = async |path: &str| browser.get(path).await.text().await.unwrap();
    let asset_page = page("/a/VTR-1").await;
    assert!(asset_page.contains("You lack the right to share") && !asset_page.contains("/public-link"), "{asset_page}");
    let external = server.admin_browser().await.get("/a/VTR-2").await.text().await.unwrap();
    assert!(external.contains("only a reference") && !external.contains("/public-link"), "{external}");
    // A viewer with the right to share hands out what they may download: smaller versions.
    let user = server.user_id(&vera).await;
    server.grant(&admin, json!({ "userId": user, "assetId": asset, "rights": ["SHARE"] })).await;
    let asset_page = page("/a/VTR-1").await;
    assert!(
        asset_page.contains("/a/VTR-1/public-link") && !asset_page.contains("/a/VTR-1/download-link"),
        "{asset_page}"
    );
    let window = page("/a/VTR-1/public-link").await;
    assert!(window.contains("name=\"allowProxies\"") && !window.contains("allowOriginal"), "{window}");
    assert!(!window.contains("allowAttachments") && !window.contains("watermark"), "{window}");
    let asked = send(&browser, "/a/VTR-1/public-link", &[("allowOriginal", "on")]).await;
    assert_eq!(asked.status(), 422, "a form that was made by hand offers no more");
    assert_eq!(browser.get("/a/VTR-1/download-link").await.status(), 403);
}

#[tokio::test]
async fn editing_changes_what_was_touched() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = photo(&server, &admin).await;
    let now = server.services.now();
    let end = (now + TimeDelta::minutes(30)).to_rfc3339();
    let settings =
        json!({ "name": "Old", "expiresAt": end, "password": "open sesame", "allowOriginal": true, "maxDownloads": 3 });
    let made = server.public_link(&admin, &asset, settings).await;
    let (id, exact) = (made["id"].as_str().unwrap().to_owned(), made["settings"]["expiresAt"].clone());
    server.advance(TimeDelta::hours(1));
    let browser = server.admin_browser().await;
    let path = format!("/links/{id}/edit");
    let page = browser.get(&path).await.text().await.unwrap();
    let (form, shown) = (hidden(&page, "form"), hidden(&page, "shownExpiresAt"));
    // It has expired, and can be renamed all the same; the seconds of its end stay.
    let kept = [("form", form.as_str()), ("shownExpiresAt", &shown), ("expiresAt", &shown), ("maxDownloads", "3")];
    let fields = [&kept[..], &[("name", "New"), ("allowOriginal", "on"), ("to", "/a/VTR-1")]].concat();
    let changed = browser.post_form(&path, &fields).await;
    assert_eq!(redirect(&changed), (303, format!("/links/{id}?changed&to=%2Fa%2FVTR%2D1")));
    let now = link(&server, &admin, &id).await;
    assert_eq!(
        (&now["name"], &now["state"], &now["settings"]["expiresAt"]),
        (&json!("New"), &json!("EXPIRED"), &exact)
    );
    assert_eq!((&now["settings"]["hasPassword"], &now["settings"]["allowOriginal"]), (&json!(true), &json!(true)));
    // An empty name is the default one, an empty end never comes, a box without a tick takes away.
    let fields =
        [("form", form.as_str()), ("shownExpiresAt", &shown), ("removePassword", "on"), ("to", "https://evil.example")];
    let changed = browser.post_form(&path, &fields).await;
    assert_eq!(redirect(&changed), (303, format!("/links/{id}?changed&to=%2Flinks")));
    let now = link(&server, &admin, &id).await;
    assert!(now["name"].as_str().unwrap().starts_with("Link from "), "{now}");
    let none = json!([
        now["state"],
        now["settings"]["expiresAt"],
        now["settings"]["maxDownloads"],
        now["settings"]["hasPassword"],
        now["settings"]["allowOriginal"]
    ]);
    assert_eq!(none, json!(["ACTIVE", null, null, false, false]));
    // A mistake shows what was typed, and not what is stored.
    let fields =
        [("form", form.as_str()), ("name", "Typed"), ("expiresAt", "2001-01-01T10:00"), ("shownExpiresAt", "")];
    let refused = browser.post_form(&path, &fields).await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    assert!(page.contains("value=\"Typed\"") && page.contains("lies in the past"), "{page}");

    let download = server.download_link(&admin, json!({ "assetId": asset })).await["id"].as_str().unwrap().to_owned();
    let changed =
        send(&browser, &format!("/links/{download}/edit"), &[("name", "The file"), ("generatePassword", "on")]).await;
    assert_eq!(changed.status(), 303);
    let now = link(&server, &admin, &download).await;
    assert_eq!((&now["name"], &now["settings"]["hasPassword"]), (&json!("The file"), &json!(true)));
    assert_eq!(now["settings"]["allowOriginal"], true);
}

#[tokio::test]
async fn a_link_is_switched_renewed_and_deleted_and_each_is_recorded() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = photo(&server, &admin).await;
    let made = server.public_link(&admin, &asset, json!({ "name": "A & B" })).await;
    let id = made["id"].as_str().unwrap().to_owned();
    let browser = server.admin_browser().await;
    for (action, state) in [("disable", "DISABLED"), ("enable", "ACTIVE")] {
        let to = "/a/VTR-1#links";
        assert_eq!(
            redirect(&browser.post_form(&format!("/links/{id}/{action}"), &[("to", to)]).await),
            (303, to.into())
        );
        assert_eq!(link(&server, &admin, &id).await["state"], state);
    }
    // The pages that ask do nothing.
    for page in ["new-url", "delete"] {
        let text = browser.get(&format!("/links/{id}/{page}?to=%2Fa%2FVTR-1")).await.text().await.unwrap();
        assert!(text.contains("A &#38; B") && text.contains("href=\"/a/VTR-1\""), "{text}");
    }
    assert_eq!(server.visitor().get(made["url"].as_str().unwrap()).await.status(), 200);
    let renewed = browser.post_form(&format!("/links/{id}/new-url"), &[("to", "/a/VTR-1")]).await;
    assert_eq!(redirect(&renewed), (303, format!("/links/{id}?new-url&to=%2Fa%2FVTR%2D1")));
    assert_eq!(server.visitor().get(made["url"].as_str().unwrap()).await.status(), 404);
    let window = browser.get(&format!("/links/{id}")).await.text().await.unwrap();
    let url = server.data(&admin, "query($id: ID!) { link(id: $id) { url embedCode } }", json!({ "id": id })).await;
    let (url, embed) =
        (url["link"]["url"].as_str().unwrap().to_owned(), url["link"]["embedCode"].as_str().unwrap().to_owned());
    assert!(
        window.contains(&url)
            && window.contains(&embed.replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;")),
        "{window}"
    );
    assert_eq!(redirect(&browser.post_form(&format!("/links/{id}/delete"), &[]).await), (303, "/links".to_owned()));
    assert_eq!(browser.get(&format!("/links/{id}")).await.status(), 404);
    let events = server.data(&admin, "{ linkEvents(first: 9) { nodes { action } } }", Value::Null).await;
    let events: Vec<_> =
        events["linkEvents"]["nodes"].as_array().unwrap().iter().map(|event| event["action"].clone()).collect();
    assert_eq!(events, ["DELETED", "ROTATED", "ENABLED", "DISABLED", "CREATED"]);
}

#[tokio::test]
async fn the_qr_code_holds_the_url() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = photo(&server, &admin).await;
    let link = server.public_link(&admin, &asset, Value::Null).await;
    let browser = server.admin_browser().await;
    let path = format!("/links/{}/qr-code", link["id"].as_str().unwrap());
    let png = browser.get(&format!("{path}.png?download")).await;
    assert!(png.headers()["content-disposition"].to_str().unwrap().contains("qr-code.png"));
    let picture = image::load_from_memory(&png.bytes().await.unwrap()).unwrap().to_luma8();
    let mut code =
        rqrr::PreparedImage::prepare_from_greyscale(picture.width() as usize, picture.height() as usize, |x, y| {
            picture.get_pixel(u32::try_from(x).unwrap(), u32::try_from(y).unwrap())[0]
        });
    assert_eq!(code.detect_grids()[0].decode().unwrap().1, link["url"].as_str().unwrap());
    let svg = browser.get(&format!("{path}.svg")).await;
    assert_eq!(svg.headers()["content-type"], "image/svg+xml");
    assert!(svg.headers().get("content-disposition").is_none());
}

#[tokio::test]
async fn the_asset_page_lists_links_through_collections_and_turns_pages() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = photo(&server, &admin).await;
    let collection = server.collection(&admin, "Season", std::slice::from_ref(&asset)).await;
    server.collection_link(&admin, &collection, json!({ "name": "Through the season" })).await;
    for index in 0..24 {
        server.public_link(&admin, &asset, json!({ "name": format!("Direct {index:02}") })).await;
    }
    let browser = server.admin_browser().await;
    let first = browser.get("/a/VTR-1").await.text().await.unwrap();
    assert!(first.contains("Direct 23") && first.contains("Direct 04") && !first.contains("Direct 03"), "{first}");
    let next = first.split("href=\"").find(|part| part.starts_with("/a/VTR-1?after=")).unwrap();
    let next = browser.get(next.split('"').next().unwrap().split('#').next().unwrap()).await.text().await.unwrap();
    assert!(next.contains("Direct 03") && next.contains("Through the season") && next.contains("Season"), "{next}");
    assert!(!next.contains("Direct 04") && !next.contains("More links"), "{next}");
}
