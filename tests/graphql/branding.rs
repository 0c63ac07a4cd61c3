//! How a workspace looks to visitors: who may change it, what is refused, and what of it is kept.

use serde_json::{Value, json};
use tests::{Running, fixtures, start};

const UPDATE: &str = "mutation($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) {
    workspace { branding { accentColor galleryBackground imprint contact } } userErrors { code field message } } }";

const LOGO: &str = "mutation($input: SetLogoInput!) { setLogo(input: $input) {
    workspace { branding { logo { url width height } } } userErrors { code field message } } }";

const CLEAR: &str = "mutation { clearLogo { workspace { branding { logo { url } } } userErrors { code } } }";

async fn branding(server: &Running, token: &str) -> Value {
    let query =
        "{ workspace { branding { accentColor galleryBackground imprint contact logo { url width height } } } }";
    server.data(token, query, Value::Null).await["workspace"]["branding"].clone()
}

async fn set_logo(server: &Running, token: &str, bytes: Vec<u8>) -> Value {
    let answer = server.upload_call(token, LOGO, json!({ "file": null }), "logo.png", bytes).await;
    answer.json().await.unwrap()
}

/// What security events tell of the last change of settings.
async fn last_changes(server: &Running, admin: &str) -> Value {
    let query = "{ securityEvents(first: 1) { nodes { action changes { field from to } } } }";
    let event = server.data(admin, query, Value::Null).await["securityEvents"]["nodes"][0].clone();
    assert_eq!(event["action"], "SETTINGS_CHANGED");
    event["changes"].clone()
}

#[tokio::test]
async fn administrators_choose_how_their_links_look() {
    let server = start().await;
    let admin = server.admin().await;
    let usual =
        json!({ "accentColor": null, "galleryBackground": "AUTO", "imprint": null, "contact": null, "logo": null });
    assert_eq!(branding(&server, &admin).await, usual);
    let mut expected = usual.clone();
    for (change, field, kept) in [
        (json!({ "accentColor": "#FF6600" }), "accentColor", json!("#ff6600")),
        (json!({ "galleryBackground": "DARK" }), "galleryBackground", json!("DARK")),
        (json!({ "imprint": "https://example.com/imprint" }), "imprint", json!("https://example.com/imprint")),
        (json!({ "contact": "Press@example.com" }), "contact", json!("mailto:press@example.com")),
        (json!({}), "contact", json!("mailto:press@example.com")),
        (json!({ "contact": null }), "contact", Value::Null),
        (json!({ "galleryBackground": null }), "galleryBackground", json!("AUTO")),
        (json!({ "accentColor": null }), "accentColor", Value::Null),
    ] {
        let data = server.data(&admin, UPDATE, json!({ "input": { "branding": change } })).await;
        assert_eq!(data["updateWorkspace"]["userErrors"], json!([]), "{change}");
        let before = std::mem::replace(&mut expected[field], kept.clone());
        assert_eq!(branding(&server, &admin).await, expected, "{change}");
        if before != kept {
            let recorded = json!([{ "field": format!("branding.{field}"), "from": before, "to": kept }]);
            assert_eq!(last_changes(&server, &admin).await, recorded, "{change}");
        }
    }
    // The workspace of others stays as it is.
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    assert_eq!(branding(&server, &foreign).await, usual);
}

#[tokio::test]
async fn what_is_no_colour_and_no_address_is_refused_and_changes_nothing() {
    let server = start().await;
    let admin = server.admin().await;
    for (field, values) in [
        ("accentColor", vec!["", "red", "#fff", "#12345g", "#123456;}", "rgb(0,0,0)", "url(x)"]),
        ("imprint", vec!["", "javascript:alert(1)", "data:text/html,x", "http://example.com", "//example.com", "x"]),
        ("contact", vec!["javascript:alert(1)", "mailto:", "a@b@c", "https://user:secret@example.com"]),
    ] {
        for value in values {
            let input = json!({ "name": "Other", "branding": { field: value } });
            let refusal = server.refusal(&admin, UPDATE, json!({ "input": input })).await;
            assert_eq!(refusal, ("INVALID_INPUT".into(), vec!["branding".into(), field.into()]), "{value}");
        }
    }
    let all = json!({ "input": { "branding": { "accentColor": "x", "imprint": "x", "contact": "x" } } });
    let refused = server.data(&admin, UPDATE, all).await["updateWorkspace"]["userErrors"].clone();
    assert_eq!(refused.as_array().unwrap().len(), 3, "all at once: {refused}");
    let name = server.data(&admin, "{ workspace { name } }", Value::Null).await;
    assert_ne!(name["workspace"]["name"], "Other");
    assert!(branding(&server, &admin).await["imprint"].is_null());
}

#[tokio::test]
async fn a_logo_is_made_of_the_picture_and_kept_under_an_address_of_its_own() {
    let server = start().await;
    let admin = server.admin().await;
    // On its side by EXIF, which is not kept.
    let upright = fixtures::jpeg_with_exif(400, 2_000, Some(fixtures::exif(6)));
    let answer = set_logo(&server, &admin, upright).await;
    assert_eq!(answer["data"]["setLogo"]["userErrors"], json!([]), "{answer}");
    let logo = answer["data"]["setLogo"]["workspace"]["branding"]["logo"].clone();
    assert_eq!((&logo["width"], &logo["height"]), (&json!(640), &json!(128)));
    assert_eq!(server.blobs(), 1, "the uploaded file is not kept");
    let url = logo["url"].as_str().unwrap().to_owned();
    let visitor = server.visitor();
    let got = visitor.get(&url).await;
    assert_eq!(got.status(), 200);
    assert_eq!(got.headers()["content-type"], "image/png");
    assert_eq!(got.headers()["cache-control"], "public, max-age=31536000, immutable");
    let bytes = got.bytes().await.unwrap();
    let picture = image::load_from_memory(&bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (640, 128));
    assert!(!bytes.windows(4).any(|four| four == b"eXIf"), "nothing of the camera is kept");
    let changes = last_changes(&server, &admin).await;
    assert_eq!((&changes[0]["field"], &changes[0]["from"]), (&json!("branding.logo"), &Value::Null));

    // A small one stays as large as it is, and transparent; the address of the one before ends.
    let answer = set_logo(&server, &admin, fixtures::png_with_alpha(40, 30)).await;
    assert!(answer["data"]["setLogo"]["userErrors"][0].is_null(), "{answer}");
    let small = branding(&server, &admin).await["logo"].clone();
    assert_eq!((&small["width"], &small["height"]), (&json!(40), &json!(30)));
    assert_ne!(small["url"], logo["url"]);
    let second = visitor.get(small["url"].as_str().unwrap()).await.bytes().await.unwrap();
    assert!(image::load_from_memory(&second).unwrap().color().has_alpha());
    assert_eq!(visitor.get(&url).await.status(), 404);

    for (bytes, what) in [
        (fixtures::pdf(), "neither"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "neither"),
        (fixtures::clear_png(20, 10), "transparent"),
        (fixtures::png_header(60_000, 60_000), "pixels"),
        (vec![7; 3 * 1024 * 1024], "larger than 2 MB"),
        (Vec::new(), "empty"),
    ] {
        let answer = set_logo(&server, &admin, bytes).await;
        let error = &answer["data"]["setLogo"]["userErrors"][0];
        assert_eq!((&error["code"], &error["field"]), (&json!("INVALID_FILE"), &json!(["file"])), "{what}: {answer}");
        assert!(error["message"].as_str().unwrap().contains(what), "{what}: {answer}");
        assert_eq!(branding(&server, &admin).await["logo"], small, "{what}");
    }
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let refused = set_logo(&server, &editor, fixtures::plain_png(20, 10, [9, 9, 9])).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{refused}");
    assert_eq!(server.blobs(), 2, "of refused files, nothing is kept; the first logo is left to garbage collection");

    let cleared = server.data(&admin, CLEAR, Value::Null).await;
    assert_eq!(cleared["clearLogo"], json!({ "workspace": { "branding": { "logo": null } }, "userErrors": [] }));
    assert_eq!(visitor.get(small["url"].as_str().unwrap()).await.status(), 404);
    for nothing in
        ["/logo/x.png", "/logo/0000000000000000000000.png", &format!("/logo/{}.png", tests::short(&json!("a_b")))]
    {
        assert_eq!(visitor.get(nothing).await.status(), 404, "{nothing}");
    }
}

#[tokio::test]
async fn pages_of_other_sites_get_the_look_before_the_password() {
    let server = start().await;
    let admin = server.admin().await;
    let input =
        json!({ "branding": { "accentColor": "#ff6600", "galleryBackground": "LIGHT", "contact": "a@example.com" } });
    server.data(&admin, UPDATE, json!({ "input": input })).await;
    set_logo(&server, &admin, fixtures::plain_png(200, 100, [200, 0, 0])).await;
    let asset = server.upload(&admin, "a.txt", "a").await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "password": "open sesame" })).await;
    let token = link["url"].as_str().unwrap().rsplit('/').next().unwrap();
    let query = "query($token: String!) { sharedLink(token: $token) {
        locked branding { accentColor galleryBackground imprint contact logo { url width height } } } }";
    let seen = server.data("", query, json!({ "token": token })).await["sharedLink"].clone();
    assert_eq!((&seen["locked"], &seen["branding"]), (&json!(true), &branding(&server, &admin).await));
    assert_eq!(seen["branding"]["logo"]["width"], 200);
}
