//! What people decide about their own accounts: password, e-mail address, sessions and tokens.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Running, start};

const PASSWORD: &str = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) {
    user { name } userErrors { code field message } } }";
const EMAIL: &str = "mutation($input: ChangeEmailInput!) { changeEmail(input: $input) {
    user { email } userErrors { code field message } } }";
const SESSIONS: &str = "query($user: ID) { sessions(userId: $user) {
    id createdAt lastUsedAt address program expiresAt isCurrent } }";

async fn lives(server: &Running, token: &str) -> bool {
    server.data(token, "{ viewer { id } }", Value::Null).await["viewer"].is_object()
}

/// A request from this address and program.
async fn ask(server: &Running, token: &str, address: &str, program: &str) {
    let request = server.visitor().request(Method::POST, "/graphql").bearer_auth(token);
    let request = request.header("x-forwarded-for", address).header("user-agent", program);
    let answer = request.json(&json!({ "query": "{ viewer { id } }" })).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

async fn robot(server: &Running, token: &str) -> String {
    let query = "mutation { createAccessToken(input: { name: \"robot\" }) { token } }";
    let data = server.data(token, query, Value::Null).await;
    data["createAccessToken"]["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    let server = start().await;
    let (one, two) = (server.admin().await, server.admin().await);
    let robot = robot(&server, &one).await;
    let change = |current: &str, new: &str| json!({ "input": { "currentPassword": current, "newPassword": new } });
    for (current, new, code, field) in [
        ("wrong", "quite another one", "WRONG_PASSWORD", "currentPassword"),
        ("", "quite another one", "WRONG_PASSWORD", "currentPassword"),
        (ADMIN_PASSWORD, "short", "INVALID_PASSWORD", "newPassword"),
        (ADMIN_PASSWORD, "password1", "INVALID_PASSWORD", "newPassword"),
        (ADMIN_PASSWORD, ADMIN_EMAIL, "INVALID_PASSWORD", "newPassword"),
    ] {
        let refusal = server.refusal(&one, PASSWORD, change(current, new)).await;
        assert_eq!(refusal, (code.to_owned(), vec![field.to_owned()]), "{new}");
    }
    assert!(lives(&server, &two).await, "nothing has changed");
    let changed = server.data(&one, PASSWORD, change(ADMIN_PASSWORD, "quite another one")).await;
    assert_eq!(changed["changePassword"]["user"]["name"], "Ada Admin");
    assert_eq!((lives(&server, &one).await, lives(&server, &two).await), (true, false));
    assert!(lives(&server, &robot).await, "programs go on unless they are told not to");
    let again = server
        .call(
            "",
            "mutation($input: SignInInput!) { signIn(input: $input) { token } }",
            json!({ "input": { "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD } }),
        )
        .await;
    assert!(again["data"]["signIn"]["token"].is_null());
    let three = server.sign_in(ADMIN_EMAIL, "quite another one").await;
    let input = json!({ "input": { "currentPassword": "quite another one", "newPassword": "and one more of them",
        "revokeAccessTokens": true } });
    server.data(&three, PASSWORD, input).await;
    assert!(!lives(&server, &one).await && !lives(&server, &robot).await && lives(&server, &three).await);
}

#[tokio::test]
async fn whoever_finds_an_open_session_cannot_guess_the_password() {
    let server = start().await;
    let admin = server.admin().await;
    let guess = json!({ "input": { "currentPassword": "guess", "newPassword": "quite another one" } });
    let mut codes = Vec::new();
    for _ in 0..12 {
        codes.push(server.refusal(&admin, PASSWORD, guess.clone()).await.0);
    }
    assert_eq!((codes[0].as_str(), codes[11].as_str()), ("WRONG_PASSWORD", "TOO_MANY_ATTEMPTS"));
}

#[tokio::test]
async fn two_changes_at_once_do_not_both_succeed() {
    let server = start().await;
    let (one, two) = (server.admin().await, server.admin().await);
    let change = async |token: &str, new: &str| {
        let input = json!({ "input": { "currentPassword": ADMIN_PASSWORD, "newPassword": new } });
        server.call(token, PASSWORD, input).await["data"]["changePassword"]["user"].is_object()
    };
    let (first, second) = tokio::join!(change(&one, "quite another one"), change(&two, "and something else"));
    assert!(first != second, "{first} {second}");
    let (mine, theirs) = if first { (&one, &two) } else { (&two, &one) };
    assert!(lives(&server, mine).await && !lives(&server, theirs).await);
}

#[tokio::test]
async fn an_e_mail_address_is_changed_with_the_password() {
    let server = start().await;
    let admin = server.admin().await;
    server.user(&admin, "Eddi", "EDITOR").await;
    let taken = server.data(&admin, "{ users { nodes { email } } }", Value::Null).await;
    let taken = taken["users"]["nodes"].as_array().unwrap().iter().find(|user| user["email"] != ADMIN_EMAIL).unwrap();
    let change = |password: &str, email: &str| json!({ "input": { "currentPassword": password, "email": email } });
    for (password, email, code, field) in [
        ("wrong", "new@example.com", "WRONG_PASSWORD", "currentPassword"),
        (ADMIN_PASSWORD, "nobody", "INVALID_INPUT", "email"),
        (ADMIN_PASSWORD, taken["email"].as_str().unwrap(), "EMAIL_TAKEN", "email"),
    ] {
        let refusal = server.refusal(&admin, EMAIL, change(password, email)).await;
        assert_eq!(refusal, (code.to_owned(), vec![field.to_owned()]), "{email}");
    }
    let changed = server.data(&admin, EMAIL, change(ADMIN_PASSWORD, " New@Example.com ")).await;
    assert_eq!(changed["changeEmail"]["user"]["email"], "new@example.com");
    assert!(lives(&server, &server.sign_in("new@example.com", ADMIN_PASSWORD).await).await);
    let same = server.data(&admin, EMAIL, change(ADMIN_PASSWORD, "new@example.com")).await;
    assert_eq!(same["changeEmail"]["userErrors"], json!([]));
}

#[tokio::test]
async fn sessions_are_seen_and_ended() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let user = server.data(&editor, "{ viewer { id } }", Value::Null).await["viewer"]["id"].clone();
    server.advance(TimeDelta::minutes(6));
    ask(&server, &editor, "203.0.113.9", "Mozilla/5.0 (X11)\t Firefox").await;
    // Not again so soon.
    ask(&server, &editor, "203.0.113.10", "curl").await;
    let own = server.data(&editor, SESSIONS, Value::Null).await["sessions"].clone();
    let current = own.as_array().unwrap().iter().find(|session| session["isCurrent"] == true).unwrap();
    assert_eq!(
        (&current["address"], &current["program"]),
        (&json!("203.0.113.9"), &json!("Mozilla/5.0 (X11) Firefox"))
    );
    assert!(current["lastUsedAt"].as_str() > current["createdAt"].as_str(), "{current}");
    let (other, end) = (
        server.data(&admin, SESSIONS, json!({ "user": user })).await["sessions"].clone(),
        "mutation($id: ID!) { revokeSession(id: $id) { deletedIds userErrors { code field message } } }",
    );
    assert_eq!(other.as_array().unwrap().len(), own.as_array().unwrap().len());
    // A program ends no session, and neither does somebody else.
    let robot = robot(&server, &editor).await;
    let refused = server.call(&robot, end, json!({ "id": current["id"] })).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    let theirs = server.data(&admin, SESSIONS, Value::Null).await["sessions"][0]["id"].clone();
    assert_eq!(server.refusal(&editor, end, json!({ "id": theirs })).await.0, "NOT_FOUND");
    let ended = server.data(&admin, end, json!({ "id": current["id"] })).await;
    assert_eq!(ended["revokeSession"]["deletedIds"], json!([current["id"]]));
    assert!(!lives(&server, &editor).await && lives(&server, &robot).await && lives(&server, &admin).await);
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(server.data(&admin, node, json!({ "id": theirs })).await["node"], Value::Null);
}

#[tokio::test]
async fn programs_have_tokens_that_end_and_decide_nothing_about_accounts() {
    let server = start().await;
    let admin = server.admin().await;
    let robot = robot(&server, &admin).await;
    for (query, input) in [
        ("mutation { createAccessToken(input: { name: \"x\" }) { token } }", Value::Null),
        (PASSWORD, json!({ "input": { "currentPassword": ADMIN_PASSWORD, "newPassword": "quite another one" } })),
        (EMAIL, json!({ "input": { "currentPassword": ADMIN_PASSWORD, "email": "a@example.com" } })),
    ] {
        let refused = server.call(&robot, query, input).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{refused}");
        assert!(refused["errors"][0]["message"].as_str().unwrap().contains("sign in for it"), "{refused}");
    }
    let listed = server.data(&admin, "{ accessTokens { id expiresAt lastUsedAt program } }", Value::Null).await;
    let token = &listed["accessTokens"][0];
    assert!(token["lastUsedAt"].is_string(), "{token}");
    server.advance(TimeDelta::days(29));
    assert!(lives(&server, &robot).await);
    server.advance(TimeDelta::days(60));
    assert!(lives(&server, &robot).await, "a use does not renew it, but it has not ended yet");
    server.advance(TimeDelta::days(1));
    assert!(!lives(&server, &robot).await, "after 90 days");
    // A program may end its own token.
    let admin = server.admin().await;
    let other = self::robot(&server, &admin).await;
    let id = server.data(&admin, "{ accessTokens { id } }", Value::Null).await["accessTokens"][0]["id"].clone();
    let end = "mutation($id: ID!) { revokeAccessToken(id: $id) { deletedIds } }";
    assert_eq!(server.data(&other, end, json!({ "id": id })).await["revokeAccessToken"]["deletedIds"], json!([id]));
    assert!(!lives(&server, &other).await);
}
