//! Dead, unknown and deleted links are one and the same: nothing.

use chrono::TimeDelta;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::{Running, Visitor, fixtures, short, start};

/// Status, headers and body, without what differs from answer to answer.
async fn seen(response: Response) -> String {
    let mut headers: Vec<_> = response
        .headers()
        .iter()
        .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    let status = response.status();
    let hash = Sha256::digest(response.bytes().await.unwrap());
    format!("{status} {headers:?} {hash:?}")
}

/// Every way into a link.
async fn ways(visitor: &Visitor, server: &Running, link: &str, asset: &str) -> Vec<String> {
    let base = format!("{link}/assets/{asset}");
    let mut all = Vec::new();
    for path in [
        link,
        &format!("{link}/embed"),
        &format!("{link}/embed/{asset}"),
        &format!("{link}/unlock"),
        &format!("{link}/archive.zip"),
        &format!("{link}/archive.zip?version=original&select=1-3"),
        &format!("{link}/archive.zip?select=nonsense"),
        &format!("{link}/cover.jpg"),
        &format!("{link}/cover.jpg?asset={asset}"),
        &format!("{link}/layout"),
        &format!("{link}/layout?sort=name&search=a"),
        &format!("{link}/person"),
        &format!("{link}?person=x"),
        &format!("/oembed?url={}{link}", server.url),
        &format!("{base}/preview"),
        &format!("{base}/preview?download"),
        &format!("{base}/original"),
        &format!("{base}/attachment-{asset}"),
        &format!("{base}/captions-{asset}"),
        &format!("{base}/audio"),
    ] {
        for method in [Method::GET, Method::HEAD] {
            all.push(seen(visitor.request(method, path).send().await.unwrap()).await);
        }
        let range = visitor.request(Method::GET, path).header("range", "bytes=0-1").send().await.unwrap();
        all.push(seen(range).await);
    }
    let form = if link.starts_with("/d/") { link.to_owned() } else { format!("{link}/unlock") };
    for password in ["open sesame", "wrong"] {
        all.push(seen(visitor.post_form(&form, &[("password", password)]).await).await);
    }
    all
}

async fn path(server: &Running, link: &Value) -> String {
    link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned()
}

#[tokio::test]
async fn whatever_is_dead_looks_like_what_never_was() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let short = short(&asset).to_owned();
    let at = |hours: i64| (server.services.now() + TimeDelta::hours(hours)).to_rfc3339();
    let mut dead = Vec::new();
    let leaver = server.user(&admin, "Eddi", "EDITOR").await;
    for password in [None, Some("open sesame")] {
        let public = async |settings: Value| {
            let mut settings = settings;
            settings["password"] = json!(password);
            settings["allowOriginal"] = json!(true);
            server.public_link(&admin, &asset, settings).await
        };
        let expired = public(json!({ "expiresAt": at(1) })).await;
        let deleted = public(json!({})).await;
        let scheduled = public(json!({ "startsAt": at(9) })).await;
        let living = public(json!({})).await;
        let download =
            server.download_link(&admin, json!({ "assetId": asset, "password": password, "expiresAt": at(1) })).await;
        let open = server.download_link(&admin, json!({ "assetId": asset, "password": password })).await;
        let theirs = json!({ "assetId": asset, "password": password });
        let (their_page, their_download) = (
            server.public_link(&leaver, &asset, json!({ "password": password, "allowOriginal": true })).await,
            server.download_link(&leaver, theirs).await,
        );
        let delete = "mutation($id: ID!) { deleteLinks(ids: [$id]) { deletedIds } }";
        server.data(&admin, delete, json!({ "id": deleted["id"] })).await;
        for link in [&expired, &deleted, &scheduled, &download, &their_page, &their_download] {
            dead.push(path(&server, link).await);
        }
        // The token of one kind opens nothing of the other.
        dead.push(path(&server, &living).await.replace("/s/", "/d/"));
        dead.push(path(&server, &open).await.replace("/d/", "/s/"));
        // One character off.
        let mut near = path(&server, &living).await;
        let last = near.pop().unwrap();
        near.push(if last == 'a' { 'b' } else { 'a' });
        dead.push(near);
    }
    let disable = "mutation($id: ID!) { disableUser(input: { id: $id }) { userErrors { code } } }";
    server.data(&admin, disable, json!({ "id": server.user_id(&leaver).await })).await;
    // All links to it are dead.
    let in_bin = server.upload(&admin, "b.jpg", fixtures::jpeg(30, 40)).await["id"].clone();
    for password in [None, Some("open sesame")] {
        let settings = json!({ "password": password, "allowOriginal": true });
        dead.push(path(&server, &server.public_link(&admin, &in_bin, settings).await).await);
        let input = json!({ "assetId": in_bin, "password": password });
        dead.push(path(&server, &server.download_link(&admin, input).await).await);
    }
    let delete = "mutation($id: ID!) { deleteAssets(ids: [$id]) { deletedIds } }";
    server.data(&admin, delete, json!({ "id": in_bin })).await;
    server.advance(TimeDelta::hours(1));
    for (index, link) in dead.into_iter().enumerate() {
        // Each from an address of its own: so many misses from one would be slowed down.
        let visitor = server.visitor_from(&format!("198.51.100.{index}"));
        let route = &link[..3];
        let never = ways(&visitor, &server, &format!("{route}{}", "0".repeat(22)), &short).await;
        assert!(never.iter().all(|answer| answer.starts_with("404 ")), "{never:?}");
        assert_eq!(ways(&visitor, &server, &link, &short).await, never, "{link}");
    }
    let visitor = server.visitor();
    for malformed in ["/s/x", "/s/%00", "/d/", "/s/", "/s/🐦", &format!("/s/{}", "a".repeat(5000))] {
        assert_eq!(visitor.get(malformed).await.status(), 404, "{malformed}");
    }
}

#[tokio::test]
async fn a_link_dies_at_its_instant_and_not_before() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let (starts, ends) = (server.services.now() + TimeDelta::hours(1), server.services.now() + TimeDelta::hours(2));
    let settings = json!({ "startsAt": starts.to_rfc3339(), "expiresAt": ends.to_rfc3339() });
    let link = server.public_link(&admin, &asset, settings).await;
    let path = path(&server, &link).await;
    let visitor = server.visitor();
    for (minutes, status) in [(59, 404), (2, 200), (57, 200), (2, 404)] {
        server.advance(TimeDelta::minutes(minutes));
        assert_eq!(visitor.get(&path).await.status(), status, "after {minutes} minutes more");
    }
}
