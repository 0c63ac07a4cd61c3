//! The page of an asset, for those who may change it: texts, attachments, and another attempt at smaller versions.

use super::{hidden, redirect};
use serde_json::{Value, json};
use tests::{Running, Visitor, fixtures, start};

async fn page(browser: &Visitor, path: &str) -> String {
    browser.get(path).await.text().await.unwrap()
}

async fn texts(server: &Running, token: &str) -> Value {
    server.data(token, "{ asset(number: \"VTR-1\") { title description altText } }", Value::Null).await["asset"].clone()
}

#[tokio::test]
async fn texts_are_changed_and_what_was_not_touched_stays() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "Harbour.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let browser = server.admin_browser().await;
    assert!(page(&browser, "/a/VTR-1").await.contains("href=\"/a/VTR-1/edit\""));
    let form = page(&browser, "/a/VTR-1/edit").await;
    assert!(form.contains("name=\"title\" value=\"Harbour\"") && form.contains("updateAsset"), "{form}");
    let shown = [("shownTitle", "Harbour"), ("shownDescription", ""), ("shownAltText", "")];
    let send = async |typed: &[(&str, &str)]| browser.post_form("/a/VTR-1/edit", &[&shown[..], typed].concat()).await;

    let long = "x".repeat(1001);
    let wrong = [("title", " "), ("description", "A <b>quay</b>\r\nat \"noon\""), ("altText", long.as_str())];
    let refused = send(&wrong).await;
    assert_eq!(refused.status(), 422);
    let refused = refused.text().await.unwrap();
    for text in ["Nothing was saved", "href=\"#title\"", "href=\"#altText\"", "at most 1000 characters", "title-error"]
    {
        assert!(refused.contains(text), "{text}: {refused}");
    }
    assert!(refused.contains("\nA &#60;b&#62;quay&#60;/b&#62;\nat &#34;noon&#34;</textarea>"), "{refused}");
    assert_eq!(hidden(&refused, "shownTitle"), "Harbour", "still what was shown first");
    assert_eq!(texts(&server, &admin).await, json!({ "title": "Harbour", "description": null, "altText": null }));

    let saved = send(&[("title", "Harbour"), ("description", "A quay\r\nat noon"), ("altText", " ")]).await;
    assert_eq!(redirect(&saved), (303, "/a/VTR-1?changed".to_owned()));
    let saved = page(&browser, "/a/VTR-1?changed").await;
    assert!(saved.contains("The changes are saved.") && saved.contains("A quay\nat noon"), "{saved}");
    assert_eq!(
        texts(&server, &admin).await,
        json!({ "title": "Harbour", "description": "A quay\nat noon", "altText": null })
    );
    // Somebody else changes the title, while this form is open, in which only the description is cleared.
    let form = page(&browser, "/a/VTR-1/edit").await;
    let seen = hidden(&form, "shownDescription");
    assert_eq!(seen, "A quay\nat noon");
    let update = "mutation($id: ID!) { updateAsset(input: { assetId: $id, title: \"Port\", altText: \"Boats\" }) { asset { id } } }";
    server.data(&admin, update, json!({ "id": asset })).await;
    let shown = [("shownTitle", "Harbour"), ("shownDescription", seen.as_str()), ("shownAltText", "")];
    let typed = [("title", "Harbour"), ("description", ""), ("altText", "")];
    browser.post_form("/a/VTR-1/edit", &[shown, typed].concat()).await;
    let all = json!({ "title": "Port", "description": null, "altText": "Boats" });
    assert_eq!(texts(&server, &admin).await, all);
    // What both have changed is replaced by whoever knows it.
    let stale = [("shownTitle", "Harbour"), ("shownDescription", ""), ("shownAltText", "Boats")];
    let (typed, boats) = ([("title", "Quay"), ("description", "")], [("altText", "Boats")]);
    let refused = browser.post_form("/a/VTR-1/edit", &[&stale[..], &typed, &boats].concat()).await;
    assert_eq!(refused.status(), 422);
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("Somebody has changed this meanwhile, to “Port”."), "{refused}");
    assert!(refused.contains("name=\"title\" value=\"Quay\""), "what was typed stays: {refused}");
    assert_eq!(hidden(&refused, "shownTitle"), "Port");
    assert_eq!(texts(&server, &admin).await, all);
    let known = [("shownTitle", "Port"), ("shownDescription", ""), ("shownAltText", "Boats")];
    assert_eq!(redirect(&browser.post_form("/a/VTR-1/edit", &[&known[..], &typed, &boats].concat()).await).0, 303);
    let all = json!({ "title": "Quay", "description": null, "altText": "Boats" });
    assert_eq!(texts(&server, &admin).await, all);
    // A form without fields changes nothing.
    assert_eq!(redirect(&browser.post_form("/a/VTR-1/edit", &[]).await).0, 303);
    assert_eq!(texts(&server, &admin).await, all);
}

#[tokio::test]
async fn the_longest_description_fits() {
    let server = tests::start_with(tests::Options { max_share: 1, ..tests::Options::default() }).await;
    let admin = server.admin().await;
    server.upload(&admin, "Harbour.jpg", fixtures::jpeg(8, 8)).await;
    let browser = server.admin_browser().await;
    let long = "🎞".repeat(10_000);
    let other = "🎬".repeat(10_000);
    for (shown, typed) in [("", &long), (&long, &other)] {
        let fields =
            [("shownTitle", "Harbour"), ("title", "Harbour"), ("shownDescription", shown), ("description", typed)];
        assert_eq!(browser.post_form("/a/VTR-1/edit", &fields).await.status(), 303);
        assert_eq!(texts(&server, &admin).await["description"], typed.as_str());
    }
}

#[tokio::test]
async fn an_attachment_is_deleted_after_a_question() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "Harbour.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let other = server.upload(&admin, "Other.jpg", fixtures::jpeg(8, 9)).await["id"].clone();
    server.attach(&admin, &asset, "Kept.pdf", fixtures::pdf()).await;
    let gone = server.attach(&admin, &asset, "Terms of use.pdf", fixtures::pdf()).await[1]["id"].clone();
    server.attach(&admin, &other, "Not here.pdf", fixtures::pdf()).await;
    let browser = server.admin_browser().await;
    let path = format!("/a/VTR-1/attachments/{}/delete", gone.as_str().unwrap());
    assert!(page(&browser, "/a/VTR-1").await.contains(&format!("href=\"{path}\"")));
    let asked = page(&browser, &path).await;
    for text in ["Delete this attachment?", "Terms of use.pdf", "cannot be brought back", "deleteAttachment"] {
        assert!(asked.contains(text), "{text}: {asked}");
    }
    // Under another asset there is none of this id.
    let elsewhere = path.replace("VTR-1", "VTR-2");
    assert_eq!(browser.get(&elsewhere).await.status(), 404);
    assert_eq!(redirect(&browser.post_form(&elsewhere, &[]).await).1, "/a/VTR-2?detached=gone");
    let names = "query($id: ID!) { asset(id: $id) { attachments { fileName } } }";
    let names = async || server.data(&admin, names, json!({ "id": asset })).await["asset"]["attachments"].clone();
    assert_eq!(names().await.as_array().unwrap().len(), 2);
    let (one, two) = tokio::join!(browser.post_form(&path, &[]), browser.post_form(&path, &[]));
    let mut led = [redirect(&one).1, redirect(&two).1];
    led.sort();
    assert!(led[0] == "/a/VTR-1?detached" && led.iter().all(|to| to.starts_with("/a/VTR-1?detached")), "{led:?}");
    assert_eq!(names().await, json!([{ "fileName": "Kept.pdf" }]));
    assert!(page(&browser, "/a/VTR-1?detached").await.contains("The attachment is deleted."));
    assert!(page(&browser, "/a/VTR-1?detached=gone").await.contains("The attachment was deleted already."));
    assert_eq!(browser.get(&path).await.status(), 404);
    let events = "{ securityEvents(filter: { action: ATTACHMENT_DELETED }) { nodes { subjectName } } }";
    let events = server.data(&admin, events, Value::Null).await;
    assert_eq!(events["securityEvents"]["nodes"], json!([{ "subjectName": "Harbour" }]), "once");
}

#[tokio::test]
async fn what_failed_is_tried_again() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "Harbour.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let browser = server.admin_browser().await;
    assert!(!page(&browser, "/a/VTR-1").await.contains("Try again"));
    server.sql("UPDATE proxies SET state = 'FAILED', reason = 'The picture is damaged.'").await;
    let failed = page(&browser, "/a/VTR-1").await;
    assert!(failed.contains("The picture is damaged.") && failed.contains("Try again"), "{failed}");
    assert_eq!(redirect(&browser.post_form("/a/VTR-1/retry", &[]).await), (303, "/a/VTR-1?retried".to_owned()));
    let states = "query($id: ID!) { asset(id: $id) { proxies { state } } }";
    let states = server.data(&admin, states, json!({ "id": asset })).await["asset"]["proxies"].clone();
    assert!(states.as_array().unwrap().iter().all(|proxy| proxy["state"] == "PENDING"), "{states}");
    let tried = page(&browser, "/a/VTR-1?retried").await;
    assert!(tried.contains("being tried once more") && !tried.contains("Try again"), "{tried}");
}

#[tokio::test]
async fn only_those_with_the_right_see_it_and_others_are_refused_readably() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "Harbour.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let attachment = server.attach(&admin, &asset, "Terms.pdf", fixtures::pdf()).await[0]["id"].clone();
    server.sql("UPDATE proxies SET state = 'FAILED', reason = 'The picture is damaged.'").await;
    let detach = format!("/a/VTR-1/attachments/{}/delete", attachment.as_str().unwrap());
    let offers = ["/a/VTR-1/edit", "/a/VTR-1/retry", "/a/VTR-1/delete", &detach];
    let mut users = Vec::new();
    for (name, role) in [("Vera", "VIEWER"), ("Gast", "GUEST"), ("Eddi", "EDITOR")] {
        users.push(server.user_id(&server.user(&admin, name, role).await).await);
    }
    let grant = async |user: &Value, right: &str| {
        server.grant(&admin, json!({ "userId": user, "assetId": asset, "rights": [right] })).await
    };
    grant(&users[1], "READ").await;
    let browser = async |name: &str| server.signed_in(&format!("{name}@example.com"), "a long password").await;
    for name in ["vera", "gast"] {
        let browser = browser(name).await;
        let shown = page(&browser, "/a/VTR-1").await;
        assert!(
            shown.contains("The picture is damaged.") && offers.iter().all(|path| !shown.contains(path)),
            "{shown}"
        );
        for path in offers {
            let refused = browser.post_form(path, &[("title", "Mine"), ("shownTitle", "Harbour")]).await;
            assert_eq!(refused.status(), 403, "{name} {path}");
            let text = refused.text().await.unwrap();
            assert!(text.contains("You need the right EDIT") && !text.contains("Terms.pdf"), "{name} {path}: {text}");
        }
    }
    let left = "{ asset(number: \"VTR-1\") { title attachments { id } proxies { state } } }";
    let left = server.data(&admin, left, Value::Null).await["asset"].clone();
    assert_eq!((&left["title"], &left["attachments"]), (&json!("Harbour"), &json!([{ "id": attachment }])));
    assert!(left["proxies"].as_array().unwrap().iter().all(|proxy| proxy["state"] == "FAILED"), "{left}");
    // A rule that adds the right, and the role that has it.
    grant(&users[1], "EDIT").await;
    for name in ["gast", "eddi"] {
        let shown = page(&browser(name).await, "/a/VTR-1").await;
        assert!(offers.iter().all(|path| shown.contains(path)), "{name}: {shown}");
    }
}
