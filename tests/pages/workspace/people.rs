//! The people of a workspace, as administrators manage them.

use super::{page, redirect, sent, value};
use serde_json::{Value, json};
use tests::{ADMIN_EMAIL, MailServer, Options, Running, fixtures, short, start, start_with};

const EDDI: (&str, &str) = ("eddi@example.com", "a long password");

async fn lives(server: &Running, token: &str) -> bool {
    server.data(token, "{ viewer { id } }", Value::Null).await["viewer"].is_object()
}

/// An editor: their token, and the path of their page.
async fn eddi(server: &Running) -> (String, String) {
    let token = server.user(&server.admin().await, "Eddi", "EDITOR").await;
    let path = format!("/people/{}", short(&server.user_id(&token).await));
    (token, path)
}

#[tokio::test]
async fn everybody_is_listed_with_role_and_state() {
    let server = start().await;
    let admin = server.admin().await;
    let browser = server.admin_browser().await;
    let text = page(&browser, "/people").await;
    assert!(text.contains("1 person<") && text.contains(ADMIN_EMAIL) && text.contains(">you<"), "{text}");
    for index in 0..51 {
        let role = ["GUEST", "VIEWER", "EDITOR"][index % 3];
        let fields = [("email", format!("p{index}@example.com")), ("name", format!("Person {index:02}"))];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let invited = browser.post_form("/people/invite", &[&fields[..], &[("role", role)]].concat()).await;
        assert_eq!(invited.status(), 303);
    }
    let first = page(&browser, "/people").await;
    assert!(first.contains("52 people<") && first.contains("Person 50") && !first.contains("Person 00"), "{first}");
    assert!(first.contains("<span>Guest</span>") && first.contains(r#"<span class="state state-waiting">Invited"#));
    let (_, next) = first.split_once(r#"href="/people?after="#).unwrap();
    let next = page(&browser, &format!("/people?after={}", next.split_once('"').unwrap().0)).await;
    assert!(next.contains("Person 00") && next.contains("Ada Admin") && !next.contains("Person 02"), "{next}");
    let (_, previous) = next.split_once(r#"href="/people?before="#).unwrap();
    let previous = page(&browser, &format!("/people?before={}", previous.split_once('"').unwrap().0)).await;
    assert!(previous.contains("Person 50") && previous.contains("Person 01"), "{previous}");
    let total = server.data(&admin, "{ users { totalCount } }", Value::Null).await;
    assert_eq!(total["users"]["totalCount"], 52);
}

#[tokio::test]
async fn whoever_is_no_administrator_is_told_so() {
    let server = start().await;
    let admin = server.admin().await;
    for (name, role) in [("Gus", "GUEST"), ("Vera", "VIEWER"), ("Eddi", "EDITOR")] {
        server.user(&admin, name, role).await;
        let browser = server.signed_in(&format!("{}@example.com", name.to_lowercase()), "a long password").await;
        for path in ["/people", "/people/invite"] {
            let refused = browser.get(path).await;
            assert_eq!(refused.status(), 403, "{path} for {name}");
            assert!(refused.text().await.unwrap().contains("Only administrators may do this."), "{path} for {name}");
        }
        assert!(!page(&browser, "/account").await.contains(r#"href="/people""#), "{name}");
    }
}

#[tokio::test]
async fn somebody_is_invited_and_chooses_a_password_by_the_link_that_is_shown_once() {
    let server = start().await;
    let browser = server.admin_browser().await;
    let form = page(&browser, "/people/invite").await;
    assert!(form.contains("that you get and pass on to them"), "{form}");
    let (status, text) =
        sent(&browser, "/people/invite", &[("email", "nobody"), ("name", ""), ("role", "EDITOR")]).await;
    assert_eq!(status, 422);
    for part in [r#"id="email-error""#, r#"id="name-error""#, r#"value="EDITOR" required"#] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(value(&text, "email"), "nobody");
    assert!(text.contains(r#"aria-describedby="role-EDITOR-text" checked"#), "what was chosen comes back: {text}");
    let (status, text) = sent(&browser, "/people/invite", &[("email", "e@example.org"), ("name", "Eddi")]).await;
    assert!(status == 422 && text.contains("Choose a role."), "{text}");

    let fields = [("email", " Eddi@Example.org"), ("name", "Eddi"), ("role", "EDITOR")];
    let (status, to) = redirect(&browser.post_form("/people/invite", &fields).await);
    let path = to.strip_suffix("?done=invited").unwrap_or_else(|| panic!("{status} {to}"));
    let text = page(&browser, &to).await;
    let url = value(&text, "password-link");
    assert!(text.contains("No mail was sent") && text.contains("within seven days"), "{text}");
    assert!(url.starts_with(&format!("{}/password/", server.url)), "{url}");
    assert!(!page(&browser, &to).await.contains("/password/"), "it is shown once");
    let chosen = server.visitor().post_form(&url, &[("password", "a password of my own")]).await;
    assert_eq!(redirect(&chosen), (303, "/sign-in?password=chosen".to_owned()));
    server.signed_in("eddi@example.org", "a password of my own").await;
    assert!(page(&browser, path).await.contains("state-open\">Active"));

    // A second click, or somebody who is here already, leads to the person; whoever is elsewhere is not told of.
    let (status, text) = sent(&browser, "/people/invite", &fields).await;
    assert!(status == 422 && text.contains("Somebody has this e-mail address already."), "{text}");
    assert!(text.contains(&format!(r#"href="{path}""#)), "{text}");
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = [("email", "foreign@example.com"), ("name", "Fo"), ("role", "VIEWER")];
    let (status, text) = sent(&browser, "/people/invite", &foreign).await;
    assert!(status == 422 && text.contains("Somebody has this") && !text.contains("who is here already"), "{text}");
}

#[tokio::test]
async fn an_invitation_is_mailed_where_there_is_a_mail_server() {
    let mail = MailServer::start();
    let server = start_with(Options { workers: true, smtp_url: Some(mail.url.clone()), ..Options::default() }).await;
    let browser = server.admin_browser().await;
    assert!(page(&browser, "/people/invite").await.contains("that they get by mail"));
    let fields = [("email", "eddi@example.org"), ("name", "Eddi"), ("role", "EDITOR")];
    let (_, to) = redirect(&browser.post_form("/people/invite", &fields).await);
    let text = page(&browser, &to).await;
    assert!(text.contains("It is on its way to eddi@example.org by mail."), "{text}");
    assert!(mail.next().await.text.contains(&value(&text, "password-link")));
}

#[tokio::test]
async fn name_and_role_are_changed() {
    let server = start().await;
    let (token, path) = eddi(&server).await;
    let browser = server.admin_browser().await;
    let (status, text) = sent(&browser, &path, &[("name", " "), ("role", "GUEST")]).await;
    assert!(status == 422 && text.contains(r#"id="name-error""#), "{text}");
    assert!(text.contains(r#"aria-describedby="role-GUEST-text" checked"#) && text.contains(">Eddi</h1>"), "{text}");
    let (status, text) = sent(&browser, &path, &[("name", "Edda"), ("role", "KING")]).await;
    assert!(status == 422 && text.contains("Choose a role."), "{text}");
    let changed = browser.post_form(&path, &[("name", "Edda"), ("role", "VIEWER")]).await;
    assert_eq!(redirect(&changed), (303, format!("{path}?done=changed")));
    assert!(page(&browser, &format!("{path}?done=changed")).await.contains("Name and role are saved."));
    let viewer = server.data(&token, "{ viewer { name role } }", Value::Null).await;
    assert_eq!(viewer["viewer"], json!({ "name": "Edda", "role": "VIEWER" }));
}

#[tokio::test]
async fn administrators_stay_what_they_are_and_look_after_themselves_elsewhere() {
    let server = start().await;
    let admin = server.admin().await;
    let browser = server.admin_browser().await;
    let own = format!("/people/{}", short(&server.user_id(&admin).await));
    let text = page(&browser, &own).await;
    assert!(text.contains("Only another one can take that role from you"), "{text}");
    for missing in [r#"name="role""#, "/disable", "/delete", "/password-link"] {
        assert!(!text.contains(missing), "{missing}: {text}");
    }
    let changed = browser.post_form(&own, &[("name", "Ada")]).await;
    assert_eq!(redirect(&changed), (303, format!("{own}?done=changed")));
    for (path, fields, status, says) in [
        (own.clone(), &[("name", "Ada"), ("role", "VIEWER")][..], 422, "You cannot take the role"),
        (format!("{own}/disable"), &[], 403, "You cannot disable yourself"),
        (format!("{own}/delete"), &[], 403, "This is your own account"),
        (format!("{own}/password-link"), &[], 403, "This is your own account"),
    ] {
        let (answered, text) = sent(&browser, &path, fields).await;
        assert!(answered == status && text.contains(says), "{path}: {answered} {text}");
    }
    // A question whose answer would be refused is not asked.
    for (question, says) in [("disable", "You cannot disable yourself"), ("delete", "This is your own account")] {
        let refused = browser.get(&format!("{own}/{question}")).await;
        assert_eq!(refused.status(), 403, "{question}");
        assert!(refused.text().await.unwrap().contains(says), "{question}");
    }
    let viewer = server.data(&admin, "{ viewer { name role state } }", Value::Null).await;
    assert_eq!(viewer["viewer"], json!({ "name": "Ada", "role": "ADMIN", "state": "ACTIVE" }));
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_link() {
    let server = start().await;
    let (token, path) = eddi(&server).await;
    let browser = server.admin_browser().await;
    let make = async || {
        let made = browser.post_form(&format!("{path}/password-link"), &[]).await;
        assert_eq!(redirect(&made), (303, format!("{path}?done=password-link")));
        let text = page(&browser, &format!("{path}?done=password-link")).await;
        assert!(text.contains("once, within a day"), "{text}");
        value(&text, "password-link")
    };
    let (first, second) = (make().await, make().await);
    assert!(lives(&server, &token).await, "until then all stays");
    let choice = [("password", "a password of my own")];
    assert_eq!(server.visitor().post_form(&first, &choice).await.status(), 404, "the earlier one has ended");
    assert_eq!(server.visitor().post_form(&second, &choice).await.status(), 303);
    assert!(!lives(&server, &token).await);
    server.signed_in(EDDI.0, "a password of my own").await;
}

#[tokio::test]
async fn a_disabled_person_is_out_and_their_links_are_closed_until_they_are_enabled() {
    let server = start().await;
    let admin = server.admin().await;
    let (token, path) = eddi(&server).await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&token, &asset, json!({})).await["url"].as_str().unwrap().to_owned();
    let browser = server.admin_browser().await;
    let text = page(&browser, &format!("{path}/disable")).await;
    assert!(text.contains("1 link</a>") && text.contains("Ada Admin (you)"), "{text}");
    assert!(text.contains("Links that nobody gets answer “not found” until this person is enabled again."), "{text}");
    let disabled = browser.post_form(&format!("{path}/disable"), &[("transferLinksTo", "")]).await;
    assert_eq!(redirect(&disabled), (303, format!("{path}?done=disabled")));
    assert!(!lives(&server, &token).await);
    assert_eq!(server.visitor().get(&link).await.status(), 404);
    let text = page(&browser, &format!("{path}?done=disabled")).await;
    assert!(text.contains("The person is disabled") && text.contains("state-over\">Disabled"), "{text}");
    assert!(!text.contains("Make a password link") && !text.contains(" went to "), "{text}");
    assert!(
        text.contains(
            "Enabling lets them again, with the password that they had, and their links are as they were before."
        ),
        "{text}"
    );
    let (status, text) = sent(&browser, &format!("{path}/password-link"), &[]).await;
    assert!(status == 403 && text.contains("enable them first"), "{text}");
    // The link itself can be enabled, and says why it is closed all the same.
    assert!(page(&browser, "/links").await.contains(">Its maker is disabled<"));
    let enabled = browser.post_form(&format!("{path}/enable"), &[]).await;
    assert_eq!(redirect(&enabled), (303, format!("{path}?done=enabled")));
    let text = page(&browser, &format!("{path}?done=enabled")).await;
    assert!(text.contains("The person is enabled, and their links are as they were before."), "{text}");
    assert_eq!(server.visitor().get(&link).await.status(), 200);
    server.signed_in(EDDI.0, EDDI.1).await;
}

#[tokio::test]
async fn the_links_of_whoever_goes_go_to_a_person_who_is_chosen() {
    let server = start().await;
    let admin = server.admin().await;
    let (token, path) = eddi(&server).await;
    let heir = server.user(&admin, "Hera", "EDITOR").await;
    let viewer = server.user(&admin, "Vera", "VIEWER").await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&token, &asset, json!({})).await["url"].as_str().unwrap().to_owned();
    let browser = server.admin_browser().await;
    let id = async |token: &str| short(&server.user_id(token).await).to_owned();
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = id(&server.sign_in("foreign@example.com", "another long password").await).await;
    let text = page(&browser, &format!("{path}/disable")).await;
    assert!(text.contains("keeps them, also when this person is enabled again"), "{text}");
    for way in ["disable", "delete"] {
        let (person, path) = (&path, format!("{path}/{way}"));
        for other in [id(&viewer).await, foreign.clone(), "x".to_owned()] {
            let (status, text) = sent(&browser, &path, &[("transferLinksTo", &other)]).await;
            assert!(status == 422 && text.contains("cannot get the links any more"), "{way} {other}: {text}");
            assert!(text.contains(r#"id="transferLinksTo-error""#), "{text}");
        }
        let done = browser.post_form(&path, &[("transferLinksTo", &id(&heir).await)]).await;
        let moved = format!("&moved=1&to={}", id(&heir).await);
        let (to, says) = match way {
            "disable" => (format!("{person}?done=disabled{moved}"), " 1 link went to Hera."),
            // There are none any more.
            _ => ("/people?done=deleted".to_owned(), "The person is deleted.<"),
        };
        assert_eq!(redirect(&done), (303, to.clone()), "{way}");
        assert!(page(&browser, &to).await.contains(says), "{way}");
        assert_eq!(server.visitor().get(&link).await.status(), 200, "{way}");
        if way == "disable" {
            // What went to somebody else does not come back.
            browser.post_form(&format!("{person}/enable"), &[]).await;
            let text = page(&browser, &format!("{person}?done=enabled")).await;
            assert!(text.contains("The person is enabled.<") && text.contains("There are none."), "{text}");
        }
    }
    // A name of another workspace is not told.
    let text = page(&browser, &format!("/people?done=deleted&moved=2&to={foreign}")).await;
    assert!(text.contains(" 2 links went to another person."), "{text}");
    let theirs = server.data(&heir, "{ links { totalCount } }", Value::Null).await;
    assert_eq!(theirs["links"]["totalCount"], 1);
    assert_eq!(browser.get(&path).await.status(), 404);
    let text = page(&browser, "/people?done=deleted").await;
    assert!(text.contains("The person is deleted.") && !text.contains("eddi@example.com"), "{text}");
}

#[tokio::test]
async fn links_that_nobody_gets_are_counted_when_a_person_is_deleted() {
    let server = start().await;
    let admin = server.admin().await;
    let (token, path) = eddi(&server).await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    for _ in 0..2 {
        server.public_link(&token, &asset, json!({})).await;
    }
    let browser = server.admin_browser().await;
    let deleted = browser.post_form(&format!("{path}/delete"), &[("transferLinksTo", "")]).await;
    let (status, to) = redirect(&deleted);
    assert_eq!((status, to.as_str()), (303, "/people?done=deleted&deleted=2"));
    assert!(page(&browser, &to).await.contains("The person is deleted. 2 links were deleted."));
}

#[tokio::test]
async fn a_guest_is_shown_a_collection_until_that_is_taken_back() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "Harbour.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let collection = server.collection(&admin, "Season", std::slice::from_ref(&asset)).await;
    let collection = collection.as_str().unwrap();
    let guest = server.user(&admin, "Gus", "GUEST").await;
    let path = format!("/people/{}", short(&server.user_id(&guest).await));
    let (browser, theirs) =
        (server.admin_browser().await, server.signed_in("gus@example.com", "a long password").await);
    let empty = page(&theirs, "/library").await;
    assert!(empty.contains("Nothing is shown to you yet.") && !empty.contains("uploadAsset"), "{empty}");
    let text = page(&browser, &path).await;
    assert!(text.contains("What Gus sees") && text.contains("Nothing yet.") && text.contains(">Season<"), "{text}");

    let access = format!("{path}/access");
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let other = server.sign_in("foreign@example.com", "another long password").await;
    let elsewhere = server.collection(&other, "Elsewhere", &[]).await;
    for (wrong, level) in [
        (collection, "everything"),
        ("collection_0000000000000000000001", "see"),
        ("x", "see"),
        (elsewhere.as_str().unwrap(), "see"),
    ] {
        let answer = browser.post_form(&access, &[("collection", wrong), ("level", level)]).await;
        assert_eq!(redirect(&answer), (303, format!("{path}?done=nothing-given")), "{wrong} {level}");
    }
    assert!(page(&browser, &format!("{path}?done=nothing-given")).await.contains("Nothing was given"));

    for (level, shown) in [
        ("see", "<span>see</span>"),
        ("download-proxies", "<span>download smaller versions</span>"),
        ("download-all", "<span>download originals</span>"),
        ("share", "<span>share</span>"),
    ] {
        let answer = browser.post_form(&access, &[("collection", collection), ("level", level)]).await;
        assert_eq!(redirect(&answer), (303, format!("{path}?done=given")), "{level}");
        assert!(page(&browser, &path).await.contains(shown), "{level}");
        assert!(page(&theirs, "/library").await.contains("Harbour"), "{level}");
    }
    let text = page(&browser, &path).await;
    assert_eq!(text.matches("/revoke\"").count(), 1, "one rule gets all of it: {text}");
    let (before, _) = text.split_once("/revoke\"").unwrap();
    let rule = before.rsplit('/').next().unwrap().to_owned();
    let hera = server.user(&admin, "Hera", "EDITOR").await;
    let another = format!("/people/{}", short(&server.user_id(&hera).await));
    assert_eq!(browser.post_form(&format!("{another}/access/{rule}/revoke"), &[]).await.status(), 404);
    assert!(page(&theirs, "/library").await.contains("Harbour"));
    for _ in 0..2 {
        let answer = browser.post_form(&format!("{access}/{rule}/revoke"), &[]).await;
        assert_eq!(redirect(&answer), (303, format!("{path}?done=taken-back")), "also a second click");
    }
    assert!(!page(&theirs, "/library").await.contains("Harbour"));
    let events = "{ securityEvents(first: 1) { nodes { action } } }";
    let events = server.data(&admin, events, Value::Null).await;
    assert_eq!(events["securityEvents"]["nodes"][0]["action"], "ACCESS_REVOKED");
}

#[tokio::test]
async fn whoever_is_disabled_deleted_and_shown_things_at_once_is_one_of_these() {
    let server = start().await;
    let admin = server.admin().await;
    let heir = server.user(&admin, "Hera", "EDITOR").await;
    let heir = short(&server.user_id(&heir).await).to_owned();
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let collection = server.collection(&admin, "Season", std::slice::from_ref(&asset)).await;
    let collection = collection.as_str().unwrap();
    let (one, two, three) = (server.admin_browser().await, server.admin_browser().await, server.admin_browser().await);
    let (to_heir, shown) = ([("transferLinksTo", heir.as_str())], [("collection", collection), ("level", "see")]);
    for index in 0..8 {
        let token = server.user(&admin, &format!("Person{index}"), "EDITOR").await;
        server.public_link(&token, &asset, json!({})).await;
        let path = format!("/people/{}", short(&server.user_id(&token).await));
        let (disable, delete, access) = (format!("{path}/disable"), format!("{path}/delete"), format!("{path}/access"));
        let answers = tokio::join!(
            one.post_form(&disable, &to_heir),
            two.post_form(&delete, &to_heir),
            three.post_form(&access, &shown),
        );
        for answer in [&answers.0, &answers.1, &answers.2] {
            assert!([303, 404].contains(&answer.status().as_u16()), "{index}: {answer:?}");
        }
        assert_eq!(answers.1.status(), 303, "{index}: it is deleted in any order");
    }
    // Nothing is left for those who are gone, and no link was lost.
    let left = server.data(&admin, "{ accessRules { totalCount } links { totalCount } }", Value::Null).await;
    assert_eq!(left, json!({ "accessRules": { "totalCount": 0 }, "links": { "totalCount": 8 } }));
}

#[tokio::test]
async fn refusals_are_in_the_frame_of_the_workspace_for_whoever_is_signed_in() {
    let server = start().await;
    let admin = server.admin().await;
    server.user(&admin, "Vera", "VIEWER").await;
    let browser = server.signed_in("vera@example.com", "a long password").await;
    for (path, status, says) in [
        ("/people", 403, "Only administrators may do this."),
        ("/links/link_0000000000000000000001", 404, "There is no such page"),
        ("/a/VTR-99", 404, "There is no such page"),
        ("/a/VTR-99/edit", 404, "There is no such page"),
    ] {
        let refused = browser.get(path).await;
        assert_eq!(refused.status(), status, "{path}");
        let text = refused.text().await.unwrap();
        assert!(
            text.contains(says) && text.contains(r#"aria-label="Main""#) && text.contains("/sign-out"),
            "{path}: {text}"
        );
        assert!(text.contains(r#"<a class="button" href="/library">"#), "{path}: {text}");
    }
    // Links look alike for everybody.
    let (signed_in, stranger) = (browser.get("/s/nobody").await, server.visitor().get("/s/nobody").await);
    assert_eq!((signed_in.status(), stranger.status()), (signed_in.status(), signed_in.status()));
    assert_eq!(signed_in.text().await.unwrap(), stranger.text().await.unwrap());
}

#[tokio::test]
async fn administrators_end_the_sessions_and_tokens_of_others() {
    let server = start().await;
    let (token, path) = eddi(&server).await;
    let make = "mutation { createAccessToken(input: { name: \"robot\" }) { token accessToken { id } } }";
    let robot = server.data(&token, make, Value::Null).await["createAccessToken"].clone();
    let another = server.data(&token, make, Value::Null).await["createAccessToken"].clone();
    let second = server.sign_in(EDDI.0, EDDI.1).await;
    let browser = server.admin_browser().await;
    // Only what is that person's, below their page.
    let hera = server.user(&server.admin().await, "Hera", "EDITOR").await;
    let elsewhere = format!("/people/{}", short(&server.user_id(&hera).await));
    let theirs = server.data(&token, "{ sessions { id } accessTokens { id } }", Value::Null).await;
    let (session, program) = (short(&theirs["sessions"][0]["id"]), short(&theirs["accessTokens"][0]["id"]));
    for path in [format!("{elsewhere}/sessions/{session}/end"), format!("{elsewhere}/tokens/{program}/revoke")] {
        assert_eq!(sent(&browser, &path, &[]).await.0, 404, "{path}");
    }
    let text = page(&browser, &path).await;
    assert!(text.contains("End all sessions") && text.contains("robot") && !text.contains("This session"), "{text}");
    let session = server.data(&token, "{ sessions { id isCurrent } }", Value::Null).await["sessions"].clone();
    let session = session.as_array().unwrap().iter().find(|session| session["isCurrent"] == true).unwrap().clone();
    let ended = browser.post_form(&format!("{path}/sessions/{}/end", short(&session["id"])), &[]).await;
    assert_eq!(redirect(&ended), (303, format!("{path}?done=session-ended")));
    assert!(!lives(&server, &token).await && lives(&server, &second).await);
    let one = format!("{path}/tokens/{}/revoke", short(&robot["accessToken"]["id"]));
    assert!(page(&browser, &one).await.contains("Revoke this token?"));
    assert_eq!(redirect(&browser.post_form(&one, &[]).await), (303, format!("{path}?done=token-revoked")));
    let token_of = |made: &Value| made["token"].as_str().unwrap().to_owned();
    assert!(!lives(&server, &token_of(&robot)).await && lives(&server, &token_of(&another)).await);
    assert_eq!(browser.post_form(&format!("{path}/sessions/end-all"), &[]).await.status(), 303);
    assert_eq!(browser.post_form(&format!("{path}/tokens/revoke-all"), &[]).await.status(), 303);
    assert!(!lives(&server, &second).await && !lives(&server, &token_of(&another)).await);
    // Each event says whose it was, also of those that ended together.
    let events = "query($a: SecurityAction!) { securityEvents(first: 9, filter: { action: $a }) { nodes { changes { field from to } } } }";
    let whose =
        json!([{ "field": "userId", "from": format!("user_{}", path.rsplit('/').next().unwrap()), "to": null }]);
    for (action, at_least) in [("SESSION_REVOKED", 2), ("TOKEN_REVOKED", 2)] {
        let events = server.data(&server.admin().await, events, json!({ "a": action })).await["securityEvents"].clone();
        let events = events["nodes"].as_array().unwrap();
        assert!(events.len() >= at_least, "{action}: {events:?}");
        assert!(events.iter().all(|event| event["changes"] == whose), "{action}: {events:?}");
    }
    assert!(lives(&server, &server.admin().await).await && browser.get("/people").await.status() == 200);
}

#[tokio::test]
async fn whoever_loses_the_role_in_the_meantime_does_nothing_more() {
    let server = start().await;
    let admin = server.admin().await;
    let (_, path) = eddi(&server).await;
    let other = server.user(&admin, "Olga", "ADMIN").await;
    let browser = server.signed_in("olga@example.com", "a long password").await;
    assert_eq!(browser.get(&path).await.status(), 200);
    let role = "mutation($input: UpdateUserInput!) { updateUser(input: $input) { user { role } } }";
    let input = json!({ "input": { "id": server.user_id(&other).await, "role": "EDITOR" } });
    server.data(&admin, role, input).await;
    for (way, fields) in [("", &[("name", "x")][..]), ("/disable", &[]), ("/delete", &[]), ("/password-link", &[])] {
        assert_eq!(sent(&browser, &format!("{path}{way}"), fields).await.0, 403, "{way}");
    }
    server.signed_in(EDDI.0, EDDI.1).await;
}
