//! One password, however a keyboard writes it, at every door.

use serde_json::{Value, json};
use tests::{ADMIN_EMAIL, Running, fixtures, start};

/// The same in two ways, with different spaces.
const COMPOSED: &str = "caf\u{e9} au\u{a0}lait";
const DECOMPOSED: &str = "cafe\u{301} au lait";

/// The hash of `cafe\u{301} au lait`, as it was once typed.
const OLD_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$7bofja2hPw98VhiDzyjKvg$Cy2alQP0gCQuzRV7eFIodMfG4XmZNP7jrAPNZY6WExc";

async fn link(server: &Running, admin: &str, password: &str) -> String {
    let asset = server.upload(admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(admin, &asset, json!({ "password": password })).await;
    format!("{}/unlock", link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap())
}

async fn opens(server: &Running, door: &str, password: &str) -> bool {
    server.visitor().post_form(door, &[("password", password)]).await.status() == 303
}

/// Whether somebody gets in by the API and by the form; both say the same.
async fn signs_in(server: &Running, email: &str, password: &str) -> bool {
    let query = "mutation($input: SignInInput!) { signIn(input: $input) { token } }";
    let data = server.data("", query, json!({ "input": { "email": email, "password": password } })).await;
    let form = server.visitor().post_form("/a/VTR-1", &[("email", email), ("password", password)]).await;
    assert_eq!(data["signIn"]["token"].is_string(), form.status() == 303);
    form.status() == 303
}

#[tokio::test]
async fn a_password_opens_however_it_is_written() {
    let server = start().await;
    let admin = server.admin().await;
    let create = "mutation($input: CreateUserInput!) { createUser(input: $input) { user { id } userErrors { code } } }";
    for (index, (set, typed)) in [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)].into_iter().enumerate() {
        let door = link(&server, &admin, set).await;
        let email = format!("user{index}@example.com");
        let input = json!({ "email": email, "name": "User", "password": set, "role": "VIEWER" });
        let made = server.data(&admin, create, json!({ "input": input })).await;
        assert!(made["createUser"]["user"]["id"].is_string(), "{made}");
        for right in [set, typed] {
            assert!(opens(&server, &door, right).await, "{right:?}");
            assert!(signs_in(&server, &email, right).await, "{right:?}");
        }
        for wrong in ["cafe au lait", "caf\u{e9} au lait ", "Caf\u{e9} au lait"] {
            assert!(!opens(&server, &door, wrong).await, "{wrong:?}");
        }
        assert!(!signs_in(&server, &email, "cafe au lait").await);
        assert!(!signs_in(&server, "nobody@example.com", typed).await);
    }
}

#[tokio::test]
async fn what_was_hashed_as_it_was_typed_still_opens() {
    let server = start().await;
    let admin = server.admin().await;
    let door = link(&server, &admin, "open sesame").await;
    server.sql(format!("UPDATE links SET password_hash = '{OLD_HASH}'")).await;
    server.sql(format!("UPDATE users SET password_hash = '{OLD_HASH}'")).await;
    assert!(opens(&server, &door, DECOMPOSED).await && signs_in(&server, ADMIN_EMAIL, DECOMPOSED).await);
    assert!(!opens(&server, &door, "cafe au lait").await && !signs_in(&server, ADMIN_EMAIL, "cafe au lait").await);
}

#[tokio::test]
async fn what_is_tried_first_or_could_not_be_typed_again_is_no_password_of_a_link() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let create = "mutation($input: CreatePublicLinkInput!) { createPublicLink(input: $input) {
        link { id } userErrors { code field message } } }";
    for (password, says) in [
        ("1234", "tried first"),
        ("Password", "tried first"),
        ("open sesame\n", "line breaks"),
        ("open\tsesame", "line breaks"),
        ("cafe\u{301}\u{0}", "line breaks"),
    ] {
        let input = json!({ "assetId": asset, "settings": { "password": password } });
        let data = server.data(&admin, create, json!({ "input": input })).await;
        let error = &data["createPublicLink"]["userErrors"][0];
        assert_eq!((&error["code"], &error["field"]), (&json!("INVALID_PASSWORD"), &json!(["settings", "password"])));
        assert!(error["message"].as_str().unwrap().contains(says), "{error}");
        assert_eq!(data["createPublicLink"]["link"], Value::Null);
    }
}
