//! One's own account: password, e-mail address, sessions, tokens, and the end of it.

use super::{page, redirect, sent, value};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Running, Visitor, fixtures, short, start};

const NEW: &str = "quite another one";

async fn lives(server: &Running, token: &str) -> bool {
    server.data(token, "{ viewer { id } }", Value::Null).await["viewer"].is_object()
}

async fn robot(server: &Running, token: &str, name: &str) -> String {
    let query = "mutation($input: CreateAccessTokenInput!) { createAccessToken(input: $input) { token } }";
    let data = server.data(token, query, json!({ "input": { "name": name } })).await;
    data["createAccessToken"]["token"].as_str().unwrap().to_owned()
}

/// A browser of an editor, and a token of theirs.
async fn editor(server: &Running) -> (Visitor, String) {
    let token = server.user(&server.admin().await, "Eddi", "EDITOR").await;
    (server.signed_in("eddi@example.com", "a long password").await, token)
}

#[tokio::test]
async fn the_page_says_who_one_is_and_what_one_may_do() {
    let server = start().await;
    let (browser, _) = editor(&server).await;
    let text = page(&browser, "/account").await;
    for shown in [
        "Eddi",
        "eddi@example.com",
        "Editor",
        "An administrator of the workspace can change your name",
        "This session",
        "/account/leave",
        r#"href="/account" aria-current="page""#,
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert!(!text.contains(r#"href="/people""#) && !text.contains("Change name"), "{text}");
    let admin = server.admin_browser().await;
    let text = page(&admin, "/account").await;
    assert!(text.contains(r#"href="/people""#) && text.contains("Change name"), "{text}");
}

#[tokio::test]
async fn a_new_password_ends_other_sessions_and_offers_to_revoke_the_tokens() {
    let server = start().await;
    let (browser, session) = editor(&server).await;
    let robot = robot(&server, &session, "robot").await;
    let wrong = [
        (("guess", NEW), "currentPassword", "not your present password"),
        (("a long password", "short"), "newPassword", "at least 8 characters"),
        (("a long password", "eddi@example.com"), "newPassword", "guess"),
    ];
    for ((current, new), field, says) in wrong {
        let fields = [("currentPassword", current), ("newPassword", new)];
        let (status, text) = sent(&browser, "/account/password", &fields).await;
        assert_eq!(status, 422, "{new}");
        assert!(text.contains(&format!(r#"id="{field}-error""#)) && text.contains(says), "{new}: {text}");
        assert!(!text.contains(r#"value="guess""#) && !text.contains("another one"), "no page has a password: {text}");
    }
    assert!(lives(&server, &session).await, "nothing has changed");
    let fields = [("currentPassword", "a long password"), ("newPassword", NEW)];
    let changed = browser.post_form("/account/password", &fields).await;
    assert_eq!(redirect(&changed), (303, "/account?done=password".to_owned()));
    let text = page(&browser, "/account?done=password").await;
    assert!(text.contains("Your password is changed") && text.contains("token still works"), "{text}");
    assert_eq!((lives(&server, &session).await, lives(&server, &robot).await), (false, true));

    let text = page(&browser, "/account/tokens/revoke-all").await;
    assert!(text.contains("<li dir=\"auto\">robot</li>") && text.contains("revokeAccessToken"), "{text}");
    let revoked = browser.post_form("/account/tokens/revoke-all", &[]).await;
    assert_eq!(redirect(&revoked), (303, "/account?done=tokens-revoked".to_owned()));
    assert!(!lives(&server, &robot).await);
    let text = page(&browser, "/account?done=password").await;
    assert!(text.contains("Your password is changed") && !text.contains("still work"), "{text}");
    server.signed_in("eddi@example.com", NEW).await;
    let events = "{ securityEvents(first: 3) { nodes { action subjectName } } }";
    let events = server.data(&server.admin().await, events, Value::Null).await;
    let revoked = json!({ "action": "TOKEN_REVOKED", "subjectName": "robot" });
    assert!(events["securityEvents"]["nodes"].as_array().unwrap().contains(&revoked), "{events}");
}

#[tokio::test]
async fn whoever_finds_an_open_browser_cannot_guess_on() {
    let server = start().await;
    let (browser, _) = editor(&server).await;
    let guess = [("currentPassword", "guess"), ("newPassword", NEW), ("email", "mine@example.com")];
    let mut last = String::new();
    for path in ["/account/password", "/account/email", "/account/leave"].iter().cycle().take(18) {
        let (status, text) = sent(&browser, path, &guess).await;
        assert_eq!(status, 422, "{path}");
        last = text;
    }
    assert!(last.contains("Too many attempts at this account"), "{last}");
}

#[tokio::test]
async fn an_e_mail_address_is_changed_with_the_password() {
    let server = start().await;
    let (browser, _) = editor(&server).await;
    let wrong = [
        (("a long password", "nobody"), "email", "This is not an e-mail address"),
        (("a long password", ADMIN_EMAIL), "email", "Somebody has this e-mail address"),
        (("guess", "new@example.com"), "currentPassword", "not your present password"),
    ];
    for ((password, email), field, says) in wrong {
        let (status, text) = sent(&browser, "/account/email", &[("currentPassword", password), ("email", email)]).await;
        assert_eq!(status, 422, "{email}");
        assert!(text.contains(&format!(r#"id="{field}-error""#)) && text.contains(says), "{email}: {text}");
        assert_eq!(value(&text, "email"), email, "what was typed comes back");
        assert_eq!(text.matches("guess").count(), 0, "{text}");
    }
    let fields = [("currentPassword", "a long password"), ("email", " New@Example.com ")];
    let changed = browser.post_form("/account/email", &fields).await;
    assert_eq!(redirect(&changed), (303, "/account?done=email".to_owned()));
    assert!(page(&browser, "/account").await.contains("new@example.com"));
    server.signed_in("new@example.com", "a long password").await;
}

#[tokio::test]
async fn sessions_are_ended_one_by_one_and_all_at_once() {
    let server = start().await;
    let (browser, first) = editor(&server).await;
    let ids = "{ sessions { id isCurrent } }";
    let id = async |token: &str| {
        let all = server.data(token, ids, Value::Null).await["sessions"].clone();
        let current = all.as_array().unwrap().iter().find(|session| session["isCurrent"] == true).unwrap().clone();
        short(&current["id"]).to_owned()
    };
    let (second, third) = (
        server.sign_in("eddi@example.com", "a long password").await,
        server.sign_in("eddi@example.com", "a long password").await,
    );
    let ended = browser.post_form(&format!("/account/sessions/{}/end", id(&first).await), &[]).await;
    assert_eq!(redirect(&ended), (303, "/account?done=session-ended".to_owned()));
    assert_eq!((lives(&server, &first).await, lives(&server, &second).await), (false, true));
    // Those of others do not exist, also for an administrator, whose page of that person ends them.
    let admin = server.admin_browser().await;
    assert_eq!(sent(&admin, &format!("/account/sessions/{}/end", id(&second).await), &[]).await.0, 404);
    let ended = browser.post_form("/account/sessions/end-all", &[]).await;
    assert_eq!(redirect(&ended), (303, "/account?done=sessions-ended".to_owned()));
    assert!(!lives(&server, &second).await && !lives(&server, &third).await);
    let text = page(&browser, "/account?done=sessions-ended").await;
    assert!(text.contains("All your other sessions have ended."), "{text}");
    assert!(text.contains("This session") && !text.contains("End all other sessions"), "{text}");
}

#[tokio::test]
async fn sessions_and_tokens_are_told_in_words() {
    let server = start().await;
    let (browser, session) = editor(&server).await;
    let firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0";
    let robot = robot(&server, &session, "Nightly <export>").await;
    server.advance(chrono::TimeDelta::minutes(6));
    let now = server.services.now().with_timezone(&chrono_tz::Europe::Berlin).format("%-d %B %Y, %H:%M").to_string();
    for (token, address, program) in [(&session, "203.0.113.9", firefox), (&robot, "203.0.113.10", "curl/8.14.1")] {
        let request = server.visitor().request(Method::POST, "/graphql").bearer_auth(token);
        let request = request.header("x-forwarded-for", address).header("user-agent", program);
        request.json(&json!({ "query": "{ viewer { id } }" })).send().await.unwrap();
    }
    let text = page(&browser, "/account").await;
    for shown in [
        "Firefox on Windows",
        &format!("<span>last used {now}</span>"),
        "<span>from 203.0.113.9</span>",
        "Nightly &#60;export&#62;",
        &format!("<span>last used {now} by curl from 203.0.113.10</span>"),
        "<span>Make, change and delete links</span>",
        "All times are those of Europe/Berlin.",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert!(!text.contains("<span>Read links</span>"), "it is part of another scope: {text}");
}

#[tokio::test]
async fn a_token_is_made_shown_once_and_revoked() {
    let server = start().await;
    let (browser, session) = editor(&server).await;
    let form = page(&browser, "/account/tokens/new").await;
    assert!(form.contains("scope-LINKS_WRITE") && !form.contains("scope-ADMIN"), "{form}");
    for (name, scope, days, says) in [
        ("Kept", "", "30", "Choose at least one scope"),
        ("Kept", "ADMIN", "30", "Only administrators"),
        ("", "LINKS_READ", "30", "name-error"),
        ("Kept", "LINKS_READ", "1000", "Choose when the token ends"),
    ] {
        let fields = [("name", name), ("scopes", scope), ("expiresAt", days)];
        let (status, text) = sent(&browser, "/account/tokens/new", &fields).await;
        assert_eq!(status, 422, "{fields:?}");
        assert!(text.contains(says), "{fields:?}: {text}");
        assert_eq!(value(&text, "name"), name);
        let is_ticked = text.contains(r#"value="LINKS_READ" checked"#);
        assert_eq!(is_ticked, scope == "LINKS_READ", "{fields:?}: {text}");
    }
    let fields = [("name", "Press site"), ("scopes", "LINKS_READ"), ("scopes", "ASSETS_READ"), ("expiresAt", "30")];
    let made = browser.post_form("/account/tokens/new", &fields).await;
    let cookie = made.headers()["set-cookie"].to_str().unwrap();
    for part in ["vitrine_shown_once=", "HttpOnly", "SameSite=Lax", "Max-Age=120", "Path=/account"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert_eq!(redirect(&made), (303, "/account?done=token".to_owned()));
    // Whoever signs in next in this browser is not shown it, and neither is a cookie that somebody else made.
    let kept = cookie.split("vitrine_shown_once=").nth(1).unwrap().split(';').next().unwrap().to_owned();
    let other = server.admin().await;
    let forged = format!("{}.{}", kept.split('.').next().unwrap(), "x".repeat(43));
    for (session, shown) in [(&other, &kept), (&session, &forged), (&session, &"ZXZpbA".to_owned())] {
        let cookies = format!("vitrine_user={session}; vitrine_shown_once={shown}");
        let seen = server.visitor().request(Method::GET, "/account").header("cookie", cookies).send().await.unwrap();
        assert_eq!(seen.status(), 200);
        let seen = seen.text().await.unwrap();
        assert!(seen.contains("Personal tokens") && !seen.contains("Your new token"), "{seen}");
    }
    // A look at the headers shows nothing.
    browser.head("/account").await;
    let text = page(&browser, "/account?done=token").await;
    let token = value(&text, "token");
    assert!(token.starts_with("vtp_"), "{text}");
    assert!(!page(&browser, "/account?done=token").await.contains("vtp_"), "it is shown once");
    let about = server.data(&token, "{ accessToken { id name scopes expiresAt } }", Value::Null).await;
    let about = &about["accessToken"];
    assert_eq!((&about["name"], &about["scopes"]), (&json!("Press site"), &json!(["LINKS_READ", "ASSETS_READ"])));
    let end = chrono::DateTime::parse_from_rfc3339(about["expiresAt"].as_str().unwrap()).unwrap();
    assert_eq!((end.to_utc() - server.services.now()).num_hours(), 30 * 24 - 1, "a moment less than 30 days");

    let path = format!("/account/tokens/{}/revoke", short(&about["id"]));
    assert!(page(&browser, &path).await.contains("Press site"));
    assert_eq!(sent(&server.admin_browser().await, &path, &[]).await.0, 404, "nobody else's, by this way");
    assert_eq!(redirect(&browser.post_form(&path, &[]).await), (303, "/account?done=token-revoked".to_owned()));
    assert!(!lives(&server, &token).await && lives(&server, &session).await);
    assert_eq!(browser.get(&path).await.status(), 404);
}

#[tokio::test]
async fn a_token_is_no_way_to_the_pages() {
    let server = start().await;
    let (_, session) = editor(&server).await;
    let robot = robot(&server, &session, "robot").await;
    for path in ["/account", "/account/password", "/account/tokens/new", "/people"] {
        let cookie = server.visitor().request(Method::GET, path).header("cookie", format!("vitrine_user={robot}"));
        let bearer = server.visitor().request(Method::GET, path).bearer_auth(&robot);
        for request in [cookie, bearer] {
            assert_eq!(redirect(&request.send().await.unwrap()).0, 303, "{path}");
        }
    }
}

#[tokio::test]
async fn people_leave_with_their_password_and_are_told_what_becomes_of_their_links() {
    let server = start().await;
    let admin = server.admin().await;
    let (browser, session) = editor(&server).await;
    let asset = server.upload(&session, "a.bin", "bytes").await["id"].clone();
    let link = server.public_link(&session, &asset, json!({})).await["url"].as_str().unwrap().to_owned();
    let text = page(&browser, "/account/leave").await;
    assert!(text.contains("1 link</a>") && text.contains("The links are deleted, and stop working at once."), "{text}");
    assert!(!text.contains("transferLinksTo"), "only administrators hand links over: {text}");
    let me = short(&server.user_id(&admin).await).to_owned();
    let wrong: [(&[(&str, &str)], &str); 3] = [
        (&[], "not your present password"),
        (&[("currentPassword", "guess")], "not your present password"),
        (&[("currentPassword", "a long password"), ("transferLinksTo", &me)], "cannot get the links any more"),
    ];
    for (fields, says) in wrong {
        let (status, text) = sent(&browser, "/account/leave", fields).await;
        assert!(status == 422 && text.contains(says), "{fields:?}: {text}");
    }
    assert_eq!(server.visitor().get(&link).await.status(), 200);
    let left = browser.post_form("/account/leave", &[("currentPassword", "a long password")]).await;
    assert_eq!(redirect(&left), (303, "/sign-in?account=deleted".to_owned()));
    assert!(page(&browser, "/sign-in?account=deleted").await.contains("Your account is deleted."));
    assert_eq!(redirect(&browser.get("/account").await).0, 303);
    assert_eq!(server.visitor().get(&link).await.status(), 404);
    assert!(!lives(&server, &session).await);
    let (status, _) =
        sent(&browser, "/sign-in", &[("email", "eddi@example.com"), ("password", "a long password")]).await;
    assert_eq!(status, 403);
}

#[tokio::test]
async fn the_last_administrator_stays_and_others_hand_over_their_links() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "name": "Kept" })).await["url"].as_str().unwrap().to_owned();
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    server.user(&admin, "Vera", "VIEWER").await;
    let heir = short(&server.user_id(&editor).await).to_owned();
    let browser = server.admin_browser().await;
    let text = page(&browser, "/account/leave").await;
    assert!(text.contains(&format!(r#"<option value="{heir}">"#)), "{text}");
    assert!(!text.contains("vera@example.com"), "she may not share: {text}");
    let fields = [("currentPassword", ADMIN_PASSWORD), ("transferLinksTo", heir.as_str())];
    let (status, text) = sent(&browser, "/account/leave", &fields).await;
    assert!(status == 422 && text.contains("You are the last administrator."), "{text}");
    assert!(text.contains(&format!(r#"<option value="{heir}" selected>"#)), "what was chosen comes back: {text}");
    let role = "mutation($input: UpdateUserInput!) { updateUser(input: $input) { user { role } } }";
    server.data(&admin, role, json!({ "input": { "id": format!("user_{heir}"), "role": "ADMIN" } })).await;
    let left = browser.post_form("/account/leave", &fields).await;
    assert_eq!(redirect(&left), (303, "/sign-in?account=deleted".to_owned()));
    assert_eq!(server.visitor().get(&link).await.status(), 200);
    let links = server.data(&editor, "{ links { nodes { name } } }", Value::Null).await;
    assert_eq!(links["links"]["nodes"], json!([{ "name": "Kept" }]));
}
