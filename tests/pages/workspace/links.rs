//! The list of links: filters, order, pages, and what is done to several at once.

use super::redirect;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Visitor, fixtures, start};

/// The names of the links on a page.
async fn names(browser: &Visitor, path: &str) -> Vec<String> {
    let page = browser.get(path).await.text().await.unwrap();
    let parts = page.split("class=\"link-name\"").skip(1);
    parts.map(|part| part.split_once("auto\">").unwrap().1.split_once('<').unwrap().0.to_owned()).collect()
}

#[tokio::test]
async fn links_are_filtered_sorted_and_paged() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let at = |days: i64| (server.services.now() + TimeDelta::days(days)).to_rfc3339();
    for (name, settings) in [
        ("Beta", json!({ "expiresAt": at(20) })),
        ("alpha", json!({ "expiresAt": at(10) })),
        ("Gamma", json!({ "startsAt": at(5) })),
    ] {
        let mut settings = settings;
        settings["name"] = json!(name);
        server.public_link(&admin, &asset, settings).await;
    }
    server.download_link(&admin, json!({ "assetId": asset, "name": "Delta" })).await;
    let browser = server.admin_browser().await;
    let before = (server.services.now() + TimeDelta::days(15)).format("%Y-%m-%dT%H:%M").to_string();
    for (query, expected) in [
        ("", ["Delta", "Gamma", "alpha", "Beta"].as_slice()),
        ("sort=name", &["alpha", "Beta", "Delta", "Gamma"]),
        ("sort=expires", &["alpha", "Beta", "Gamma", "Delta"]),
        ("sort=created&search=a", &["Delta", "Gamma", "alpha", "Beta"]),
        ("search=ALPH", &["alpha"]),
        ("kind=DOWNLOAD", &["Delta"]),
        ("state=SCHEDULED", &["Gamma"]),
        ("state=EXPIRED", &[]),
        (&format!("expiresBefore={before}"), &["alpha"]),
        ("state=nonsense&kind=nonsense&sort=nonsense&after=nonsense", &["Delta", "Gamma", "alpha", "Beta"]),
    ] {
        assert_eq!(names(&browser, &format!("/links?{query}")).await, expected, "{query}");
    }
    for far in ["-9999-01-01T00:00", "%2B262142-12-31T23:59", "10000-01-02T00:00"] {
        assert_eq!(browser.get(&format!("/links?expiresBefore={far}")).await.status(), 422, "{far}");
    }
    let wrong = browser.get("/links?expiresBefore=soon").await;
    assert_eq!(wrong.status(), 422);
    assert!(wrong.text().await.unwrap().contains("not a date"));

    for index in 0..40 {
        server.public_link(&admin, &asset, json!({ "name": format!("Kit {index:02} & more") })).await;
    }
    let first = browser.get("/links?search=kit&sort=name").await.text().await.unwrap();
    let next =
        first.split("href=\"").find(|part| part.starts_with("/links?search=kit&#38;sort=name&#38;after=")).unwrap();
    let next = next.split('"').next().unwrap().replace("&#38;", "&");
    let second = names(&browser, &next).await;
    assert_eq!((second.len(), second[0].as_str(), second[9].as_str()), (10, "Kit 30 &#38; more", "Kit 39 &#38; more"));
    let page = browser.get(&next).await.text().await.unwrap();
    let back =
        page.split("href=\"").find(|part| part.starts_with("/links?search=kit&#38;sort=name&#38;before=")).unwrap();
    let back = back.split('"').next().unwrap().replace("&#38;", "&");
    let first = names(&browser, &back).await;
    assert_eq!((first.len(), first[0].as_str(), first[29].as_str()), (30, "Kit 00 &#38; more", "Kit 29 &#38; more"));
}

#[tokio::test]
async fn a_link_whose_maker_may_not_share_its_asset_any_more_says_so() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let viewer = server.user(&admin, "Vera", "VIEWER").await;
    let user = server.user_id(&viewer).await;
    let share = json!({ "userId": user, "assetId": asset, "rights": ["SHARE", "DOWNLOAD_ORIGINAL"] });
    let rule = server.grant(&admin, share).await;
    let link = server.public_link(&viewer, &asset, json!({ "name": "Hers" })).await["url"].clone();
    server.download_link(&viewer, json!({ "assetId": asset, "name": "Her original" })).await;
    let own = server.public_link(&admin, &asset, json!({ "name": "Ada's" })).await["url"].clone();
    let (admins, theirs) =
        (server.admin_browser().await, server.signed_in("vera@example.com", "a long password").await);
    let (open, dead) = (r#"state-open">Active<"#, ">Its maker may not share it<");
    for (browser, links) in [(&admins, 3), (&theirs, 2)] {
        let page = browser.get("/links").await.text().await.unwrap();
        assert_eq!((page.matches(open).count(), page.matches(dead).count()), (links, 0), "{page}");
    }
    server.revoke(&admin, &rule).await;
    for (browser, lasting) in [(&admins, 1), (&theirs, 0)] {
        let page = browser.get("/links").await.text().await.unwrap();
        assert_eq!((page.matches(open).count(), page.matches(dead).count()), (lasting, 2), "{page}");
    }
    // It is what a visitor finds.
    assert_eq!(server.visitor().get(link.as_str().unwrap()).await.status(), 404);
    assert_eq!(server.visitor().get(own.as_str().unwrap()).await.status(), 200);
}

#[tokio::test]
async fn ticked_links_are_changed_together_and_deleted_after_a_question() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let mut ids = Vec::new();
    for (maker, name) in [(&editor, "One"), (&editor, "Two"), (&editor, "Three"), (&admin, "Not Eddi's")] {
        let link = server.public_link(maker, &asset, json!({ "name": name })).await;
        ids.push(link["id"].as_str().unwrap().to_owned());
    }
    let browser = server.signed_in("eddi@example.com", "a long password").await;
    let states = async || {
        let data = server.data(&admin, "{ links { nodes { name state } } }", Value::Null).await;
        let nodes = data["links"]["nodes"].as_array().unwrap().clone();
        let state = |node: &Value| format!("{} {}", node["name"].as_str().unwrap(), node["state"].as_str().unwrap());
        nodes.iter().rev().map(state).collect::<Vec<_>>()
    };
    // Another user's link is not among those that are changed.
    let ticked = [("link", ids[0].as_str()), ("link", &ids[1]), ("link", &ids[3]), ("link", "nonsense")];
    let send = async |fields: &[(&str, &str)]| {
        redirect(&browser.post_form("/links/change", &[&ticked[..], fields].concat()).await)
    };
    let to = ("to", "/links?state=ACTIVE");
    assert_eq!(send(&[("action", "disable"), to]).await, (303, "/links?state=ACTIVE&done=disabled&count=2".into()));
    assert_eq!(states().await, ["One DISABLED", "Two DISABLED", "Three ACTIVE", "Not Eddi's ACTIVE"]);
    assert_eq!(send(&[("action", "enable")]).await, (303, "/links?done=enabled&count=2".into()));
    let page = browser.get("/links?done=enabled&count=2").await.text().await.unwrap();
    assert!(page.contains("2 links enabled."), "{page}");
    let asked = browser.post_form("/links/change", &[&ticked[..], &[("action", "delete"), to]].concat()).await;
    assert_eq!(asked.status(), 200);
    let page = asked.text().await.unwrap();
    assert!(page.contains("Delete 2 links?") && page.contains(">One<") && !page.contains("Not Eddi"), "{page}");
    assert_eq!(states().await.len(), 4);
    assert_eq!(send(&[("action", "delete"), ("confirmed", "yes")]).await, (303, "/links?done=deleted&count=2".into()));
    assert_eq!(states().await, ["Three ACTIVE", "Not Eddi's ACTIVE"]);
    let nothing = browser.post_form("/links/change", &[("action", "delete")]).await;
    assert_eq!(redirect(&nothing), (303, "/links?done=nothing".into()));
    for action in ["enable", "delete"] {
        let gone = browser.post_form("/links/change", &[("action", action), ("link", &ids[0])]).await;
        assert_eq!(redirect(&gone), (303, "/links?done=gone".into()), "{action}");
        let many = vec![("link", ids[2].as_str()); 1001];
        let many = browser.post_form("/links/change", &[&many[..], &[("action", action)]].concat()).await;
        assert_eq!(many.status(), 422, "{action}");
        assert!(many.text().await.unwrap().contains("At most 1000 links"), "{action}");
    }
    let page = browser.get("/links?done=gone").await.text().await.unwrap();
    assert!(page.contains("role=\"alert\">None of these links is there any more."), "{page}");
    assert_eq!(browser.post_form("/links/change", &[("action", "explode"), ("link", &ids[2])]).await.status(), 404);
}

#[tokio::test]
async fn administrators_choose_whose_links_they_see() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    server.public_link(&admin, &asset, json!({ "name": "Mine" })).await;
    server.public_link(&editor, &asset, json!({ "name": "Theirs" })).await;
    server.download_link(&editor, json!({ "assetId": asset, "name": "File" })).await;
    let (own, other) = (server.user_id(&admin).await, server.user_id(&editor).await);
    let (own, other) = (own.as_str().unwrap(), other.as_str().unwrap());
    let browser = server.admin_browser().await;
    assert_eq!(names(&browser, "/links").await, ["File", "Theirs", "Mine"]);
    assert_eq!(names(&browser, &format!("/links?createdById={own}")).await, ["Mine"]);
    assert_eq!(names(&browser, &format!("/links?createdById={other}")).await, ["File", "Theirs"]);
    let page = browser.get(&format!("/links?createdById={other}")).await.text().await.unwrap();
    assert!(page.contains(&format!("value=\"{other}\" selected>Eddi<")) && !page.contains("My links"), "{page}");
    // A download link has no views, and no time has no zone.
    assert!(page.matches("0 views").count() == 1 && !page.contains("Europe/Berlin"), "{page}");
    let eddi = server.signed_in("eddi@example.com", "a long password").await;
    let page = eddi.get(&format!("/links?createdById={own}")).await.text().await.unwrap();
    assert!(page.contains("My links") && page.contains("Theirs") && !page.contains("Made by"), "{page}");
}
