//! Signing in, sessions, tokens of programs, users and the workspace.

use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Bucket, start};

const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) {
    token expiresAt viewer { email role } userErrors { code field message } } }";
const CREATE_USER: &str = "mutation($input: CreateUserInput!) { createUser(input: $input) { user { email role } userErrors { code field message } } }";
const CREATE_TOKEN: &str = "mutation($input: CreateAccessTokenInput!) { createAccessToken(input: $input) { token userErrors { code field message } } }";
const VIEWER: &str = "{ viewer { email } }";

fn credentials(email: &str, password: &str) -> Value {
    json!({ "input": { "email": email, "password": password } })
}

#[tokio::test]
async fn an_unknown_user_is_answered_like_a_wrong_password() {
    let server = start().await;
    let wrong = server.call("", SIGN_IN, credentials(ADMIN_EMAIL, "wrong")).await;
    assert_eq!(wrong["data"]["signIn"]["userErrors"][0]["code"], "WRONG_CREDENTIALS");
    for (email, password) in
        [("nobody@example.com", ADMIN_PASSWORD), ("", ""), ("a\u{0}b", "\u{0}"), ("no address", "x")]
    {
        assert_eq!(server.call("", SIGN_IN, credentials(email, password)).await, wrong, "{email:?}");
    }
    let right = server.data("", SIGN_IN, credentials("  Admin@Example.COM ", ADMIN_PASSWORD)).await;
    assert_eq!(right["signIn"]["viewer"], json!({ "email": ADMIN_EMAIL, "role": "ADMIN" }));
}

#[tokio::test]
async fn a_session_lives_until_sign_out_or_two_weeks_after_its_last_use() {
    let server = start().await;
    let (one, two) = (server.admin().await, server.admin().await);
    server.data(&one, "mutation { signOut { userErrors { code } } }", Value::Null).await;
    assert!(server.data(&one, VIEWER, Value::Null).await["viewer"].is_null());
    assert_eq!(server.data(&two, VIEWER, Value::Null).await["viewer"]["email"], ADMIN_EMAIL, "only that one ended");
    let lives = async |token: &str| server.data(token, VIEWER, Value::Null).await["viewer"].is_object();
    let unused = server.admin().await;
    server.advance(TimeDelta::days(14) - TimeDelta::minutes(1));
    assert!(lives(&two).await);
    server.advance(TimeDelta::minutes(1));
    assert!(!lives(&unused).await && lives(&two).await, "each use renews it");
    server.advance(TimeDelta::days(10));
    assert!(lives(&two).await);
    server.advance(TimeDelta::days(6) - TimeDelta::minutes(1));
    assert!(lives(&two).await);
    server.advance(TimeDelta::minutes(1));
    assert!(!lives(&two).await, "but no longer than for thirty days");
}

#[tokio::test]
async fn programs_have_tokens_that_can_end_and_be_revoked() {
    let server = start().await;
    let admin = server.admin().await;
    let ends = (server.services.now() + TimeDelta::hours(1)).to_rfc3339();
    let create = async |input: Value| {
        let data = server.data(&admin, CREATE_TOKEN, json!({ "input": input })).await;
        data["createAccessToken"]["token"].as_str().expect("a token").to_owned()
    };
    let (robot, brief) =
        (create(json!({ "name": "robot" })).await, create(json!({ "name": "brief", "expiresAt": ends })).await);
    let email = async |token: &str| server.data(token, VIEWER, Value::Null).await["viewer"]["email"].clone();
    assert_eq!((email(&robot).await, email(&brief).await), (json!(ADMIN_EMAIL), json!(ADMIN_EMAIL)));
    let listed = server.data(&admin, "{ accessTokens { id name } }", Value::Null).await;
    let names: Vec<_> = listed["accessTokens"].as_array().unwrap().iter().map(|token| &token["name"]).collect();
    assert_eq!(names, ["brief", "robot"]);

    server.advance(TimeDelta::hours(1));
    assert_eq!((email(&robot).await, email(&brief).await), (json!(ADMIN_EMAIL), Value::Null));
    let revoke = "mutation($id: ID!) { revokeAccessToken(id: $id) { userErrors { code field message } } }";
    let id = listed["accessTokens"][1]["id"].clone();
    server.data(&admin, revoke, json!({ "id": id })).await;
    assert_eq!(email(&robot).await, Value::Null);
    assert_eq!(server.refusal(&admin, revoke, json!({ "id": id })).await, ("NOT_FOUND".into(), vec!["id".into()]));
    for (input, code, field) in [
        (json!({ "name": "" }), "INVALID_NAME", "name"),
        (json!({ "name": "x", "expiresAt": server.services.now().to_rfc3339() }), "INVALID_EXPIRATION", "expiresAt"),
        (json!({ "name": "x", "expiresAt": "9999-12-31T23:59:60Z" }), "INVALID_EXPIRATION", "expiresAt"),
        (
            json!({ "name": "x", "expiresAt": (server.services.now() + TimeDelta::days(367)).to_rfc3339() }),
            "INVALID_EXPIRATION",
            "expiresAt",
        ),
    ] {
        let refusal = server.refusal(&admin, CREATE_TOKEN, json!({ "input": input })).await;
        assert_eq!(refusal, (code.into(), vec![field.into()]));
    }
}

#[tokio::test]
async fn users_are_added_with_their_role() {
    let server = start().await;
    let admin = server.admin().await;
    for role in ["GUEST", "VIEWER", "EDITOR", "ADMIN"] {
        let input =
            json!({ "email": format!(" {role}@Example.org"), "name": role, "password": "long enough", "role": role });
        let data = server.data(&admin, CREATE_USER, json!({ "input": input })).await;
        let email = format!("{}@example.org", role.to_lowercase());
        assert_eq!(data["createUser"]["user"], json!({ "email": email, "role": role }));
        let signed_in = server.data("", SIGN_IN, credentials(&email, "long enough")).await;
        assert_eq!(signed_in["signIn"]["viewer"]["role"], role);
    }
    let good = json!({ "email": "x@example.com", "name": "X", "password": "long enough", "role": "VIEWER" });
    for (field, value, code) in [
        ("email", "viewer@EXAMPLE.org", "EMAIL_TAKEN"),
        ("email", "nobody", "INVALID_INPUT"),
        ("email", "a b@example.com", "INVALID_INPUT"),
        ("email", "@", "INVALID_INPUT"),
        ("email", "a\u{0}@example.com", "INVALID_INPUT"),
        ("name", " ", "INVALID_NAME"),
        ("name", "\u{3164}", "INVALID_NAME"),
        ("password", "1234567", "INVALID_PASSWORD"),
        ("password", "12345678", "INVALID_PASSWORD"),
        ("password", "Password!", "INVALID_PASSWORD"),
        ("password", "a long password\n", "INVALID_PASSWORD"),
        ("password", "workspace vtr", "INVALID_PASSWORD"),
    ] {
        let mut input = good.clone();
        input[field] = value.into();
        let refusal = server.refusal(&admin, CREATE_USER, json!({ "input": input })).await;
        assert_eq!(refusal, (code.into(), vec![field.into()]), "{value:?}");
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_for_each_account_apart() {
    let server = start().await;
    let admin = server.admin().await;
    for _ in 0..12 {
        server.admin().await;
    }
    server.user(&admin, "Eddi", "EDITOR").await;
    // Aliases in one request are charged one by one. Whoever knew the password before has not taken any.
    let attempt = |password: &str| {
        format!(
            "signIn(input: {{ email: \"{ADMIN_EMAIL}\", password: \"{password}\" }}) {{ userErrors {{ code message }} }}"
        )
    };
    let mut passwords = vec!["guess"; 15];
    passwords.push(ADMIN_PASSWORD);
    let aliases: Vec<_> =
        passwords.iter().enumerate().map(|(index, password)| format!("a{index}: {}", attempt(password))).collect();
    let bucket = Bucket::new(10, Duration::from_mins(2));
    let data = server.data("", &format!("mutation {{ {} }}", aliases.join(" ")), Value::Null).await;
    let codes: Vec<_> = (0..16).map(|index| data[format!("a{index}")]["userErrors"][0]["code"].clone()).collect();
    let passed = codes.iter().filter(|code| **code == "WRONG_CREDENTIALS").count();
    assert!(bucket.admits().contains(&passed), "{codes:?}");
    assert_eq!(codes[0], "WRONG_CREDENTIALS");
    assert_eq!(codes[15], "TOO_MANY_ATTEMPTS", "the right password waits, too");
    assert!(data["a15"]["userErrors"][0]["message"].as_str().unwrap().contains("seconds"), "it says when to try again");
    server.sign_in("eddi@example.com", "a long password").await;
}

#[tokio::test]
async fn the_workspace_is_changed_in_part() {
    let server = start().await;
    let admin = server.admin().await;
    let update = "mutation($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) {
        workspace { name timeZone numberPrefix } userErrors { code field message } } }";
    let named = server.data(&admin, update, json!({ "input": { "name": " Press office " } })).await;
    let expected = json!({ "name": "Press office", "timeZone": "Europe/Berlin", "numberPrefix": "VTR" });
    assert_eq!(named["updateWorkspace"]["workspace"], expected);
    let moved = server.data(&admin, update, json!({ "input": { "timeZone": "Asia/Tokyo" } })).await;
    assert_eq!(moved["updateWorkspace"]["workspace"]["name"], "Press office");
    for (input, code, field) in [
        (json!({ "timeZone": "Mars/Olympus" }), "INVALID_INPUT", "timeZone"),
        (json!({ "name": "" }), "INVALID_NAME", "name"),
    ] {
        let refusal = server.refusal(&admin, update, json!({ "input": input })).await;
        assert_eq!(refusal, (code.into(), vec![field.into()]));
    }
    let after = server.data(&admin, "{ workspace { name timeZone } }", Value::Null).await;
    assert_eq!(after["workspace"], json!({ "name": "Press office", "timeZone": "Asia/Tokyo" }));
}

#[tokio::test]
async fn a_viewer_sees_no_more_of_others_than_their_names() {
    let server = start().await;
    let admin = server.admin().await;
    let (viewer, editor) = (server.user(&admin, "Vera", "VIEWER").await, server.user(&admin, "Eddi", "EDITOR").await);
    let id = server.data(&admin, "{ viewer { id } }", Value::Null).await["viewer"]["id"].clone();
    let own = server.data(&viewer, "{ viewer { id email role } }", Value::Null).await["viewer"].clone();
    assert_eq!((own["role"].as_str(), own["email"].is_string()), (Some("VIEWER"), true));
    for (token, field, sees) in [
        (&viewer, "name", true),
        (&viewer, "email", false),
        (&viewer, "role", false),
        (&editor, "email", true),
        (&editor, "role", true),
        (&admin, "email", true),
    ] {
        let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on User {{ {field} }} }} }}");
        let answer = server.call(token, &query, json!({ "id": id })).await;
        assert_eq!(answer["data"]["node"][field].is_string(), sees, "{answer}");
        if !sees {
            assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{answer}");
        }
    }
    // Who signs in or is made sees themselves.
    let email =
        server.call(&viewer, "query($id: ID!) { node(id: $id) { ... on User { email } } }", json!({ "id": own["id"] }));
    assert_eq!(email.await["data"]["node"]["email"], own["email"]);
}
