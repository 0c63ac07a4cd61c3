//! Every page answers HEAD as it answers GET, and every path below a link is throttled.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Bucket, Options, fixtures, short, start, start_with};

/// How soon one more request for a link that is not there is answered.
const REFILL: Duration = Duration::from_millis(200);

#[tokio::test]
async fn pages_answer_head_like_get_and_no_other_method() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await;
    server.proxies(&admin, &asset["id"]).await;
    let link = server.public_link(&admin, &asset["id"], json!({ "allowOriginal": true })).await;
    let download = server.download_link(&admin, json!({ "assetId": asset["id"] })).await;
    let gallery = server.share(&admin, json!({ "assetIds": [asset["id"]] })).await["link"].clone();
    let [link, download, gallery] = [link, download, gallery]
        .map(|link| link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned());
    let member = format!("{link}/assets/{}", short(&asset["id"]));
    let set = "mutation($input: SetLogoInput!) { setLogo(input: $input) { workspace { branding { logo { url } } } } }";
    let file = fixtures::plain_png(20, 10, [9, 9, 9]);
    let set: Value =
        server.upload_call(&admin, set, json!({ "file": null }), "l.png", file).await.json().await.unwrap();
    let logo = set["data"]["setLogo"]["workspace"]["branding"]["logo"]["url"].as_str().unwrap();
    let logo = logo.strip_prefix(&server.url).unwrap().to_owned();
    let search =
        "UPDATE workspaces SET person_search = true; UPDATE links SET person_search = collection_id IS NOT NULL";
    server.sql(search).await;
    let visitor = server.visitor();
    for (path, allowed) in [
        ("/", "GET, HEAD"),
        ("/assets/pages.css", "GET, HEAD"),
        (&link, "GET, HEAD"),
        (&format!("{link}/embed"), "GET, HEAD"),
        (&format!("{link}/unlock"), "GET, HEAD, POST"),
        (&format!("{link}/archive.zip"), "GET, HEAD, OPTIONS"),
        (&format!("{link}/cover.jpg"), "GET, HEAD"),
        (&format!("{gallery}/layout"), "GET, HEAD"),
        (&format!("{gallery}/person"), "GET, HEAD, POST"),
        ("/assets/gallery.css", "GET, HEAD"),
        ("/assets/gallery/viewer.js", "GET, HEAD"),
        (&format!("/oembed?url={}{link}", server.url), "GET, HEAD"),
        (&member, "GET, HEAD"),
        (&member.replace("/assets/", "/embed/"), "GET, HEAD"),
        (&format!("{member}/preview"), "GET, HEAD, OPTIONS"),
        (&format!("{member}/original"), "GET, HEAD, OPTIONS"),
        (&download, "GET, HEAD, POST, OPTIONS"),
        ("/a/VTR-1", "GET, HEAD, POST"),
        (&logo, "GET, HEAD, OPTIONS"),
    ] {
        let (get, head) = (visitor.get(path).await, visitor.head(path).await);
        assert_eq!((get.status().as_u16(), head.status()), (200, get.status()), "{path}");
        assert_eq!(head.headers().get("content-type"), get.headers().get("content-type"), "{path}");
        let other = visitor.request(Method::DELETE, path).send().await.unwrap();
        assert_eq!(other.status(), 405, "{path}");
        assert_eq!(other.headers()["allow"], allowed, "{path}");
        for answer in [&get, &head, &other] {
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
            assert!(!answer.headers().contains_key("strict-transport-security"), "{path}");
        }
    }
}

#[tokio::test]
async fn every_answer_says_that_nothing_is_to_be_guessed_and_that_tls_stays() {
    let server = start_with(Options { public_url: Some("https://media.example"), ..Options::default() }).await;
    let visitor = server.visitor();
    for (method, path) in [
        (Method::GET, "/"),
        (Method::GET, "/nothing"),
        (Method::GET, "/s/nothing"),
        (Method::GET, "/healthz"),
        (Method::GET, "/metrics"),
        (Method::GET, "/graphql?query={"),
        (Method::POST, "/graphql"),
        (Method::OPTIONS, "/graphql"),
        (Method::GET, "/graphiql"),
        (Method::GET, "/library"),
        (Method::POST, "/sign-in"),
        (Method::GET, "/assets/pages.css"),
        (Method::GET, "/media/nothing"),
        (Method::GET, "/oembed"),
        (Method::DELETE, "/"),
    ] {
        let answer = visitor.request(method.clone(), path).send().await.unwrap();
        let header =
            |name: &str| answer.headers().get_all(name).iter().map(|it| it.to_str().unwrap()).collect::<Vec<_>>();
        assert_eq!(header("x-content-type-options"), ["nosniff"], "{method} {path}");
        assert_eq!(header("strict-transport-security"), ["max-age=31536000"], "{method} {path}");
    }
}

#[tokio::test]
async fn a_slash_at_the_end_means_nothing() {
    let server = start().await;
    let admin = server.admin().await;
    // Without a picture: the page of one that is being made says since when the visitor waits.
    let asset = server.upload(&admin, "a.bin", "bytes").await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "allowOriginal": true })).await;
    let download = server.download_link(&admin, json!({ "assetId": asset })).await;
    for url in [&link["url"], &download["url"]] {
        let url = url.as_str().unwrap();
        let (with, without) = (server.visitor().get(&format!("{url}/")).await, server.visitor().get(url).await);
        assert_eq!((with.status(), without.status()), (StatusCode::OK, StatusCode::OK), "{url}");
        assert_eq!(with.bytes().await.unwrap(), without.bytes().await.unwrap(), "{url}");
    }
    let page = format!("{}/", link["url"].as_str().unwrap());
    let original = format!("{page}assets/{}/original/?download", short(&asset));
    assert!(server.visitor().get(&original).await.headers().contains_key("content-disposition"));
    assert_eq!(server.visitor().get(&format!("{}/s/nobody/", server.url)).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn pages_of_signed_in_users_answer_head_like_get_and_no_other_method() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await["id"].as_str().unwrap().to_owned();
    let collection = server.collection(&admin, "Season", std::slice::from_ref(&asset)).await;
    let collection = collection.as_str().unwrap().to_owned();
    let person = server.user(&admin, "Eddi", "EDITOR").await;
    let person = format!("/people/{}", short(&server.user_id(&person).await));
    let attachment = server.attach(&admin, &asset, "terms.pdf", fixtures::pdf()).await[0]["id"].clone();
    let attachment = attachment.as_str().unwrap();
    let in_bin = server.upload(&admin, "b.jpg", fixtures::jpeg(30, 40)).await["id"].clone();
    let delete = "mutation($id: ID!) { deleteAssets(ids: [$id]) { deletedIds } }";
    server.data(&admin, delete, json!({ "id": in_bin })).await;
    let browser = server.admin_browser().await;
    for (path, status, allowed) in [
        ("/sign-in", 303, "GET, HEAD, POST"),
        ("/password/x", 404, "GET, HEAD, POST"),
        ("/forgot-password", 404, "GET, HEAD, POST"),
        ("/library", 200, "GET, HEAD, POST"),
        ("/library/share", 303, "GET, HEAD, POST"),
        ("/library/link", 303, "GET, HEAD, POST"),
        ("/library/delete", 303, "GET, HEAD, POST"),
        ("/bin", 200, "GET, HEAD"),
        ("/bin/deleted", 200, "GET, HEAD"),
        ("/bin/VTR-2/preview", 200, "GET, HEAD"),
        ("/a/VTR-1", 200, "GET, HEAD, POST"),
        ("/a/VTR-2", 404, "GET, HEAD, POST"),
        ("/a/VTR-1/delete", 200, "GET, HEAD, POST"),
        ("/a/VTR-1/edit", 200, "GET, HEAD, POST"),
        (&format!("/a/VTR-1/attachments/{attachment}/delete"), 200, "GET, HEAD, POST"),
        ("/a/VTR-1/public-link", 200, "GET, HEAD, POST"),
        ("/a/VTR-1/download-link", 200, "GET, HEAD, POST"),
        ("/a/VTR-1/original", 200, "GET, HEAD"),
        (&format!("/collections/{collection}/public-link"), 200, "GET, HEAD, POST"),
        ("/links", 200, "GET, HEAD"),
        (&format!("/links/{link}"), 200, "GET, HEAD"),
        (&format!("/links/{link}/qr-code.svg"), 200, "GET, HEAD"),
        (&format!("/links/{link}/qr-code.png"), 200, "GET, HEAD"),
        (&format!("/links/{link}/edit"), 200, "GET, HEAD, POST"),
        (&format!("/links/{link}/new-url"), 200, "GET, HEAD, POST"),
        (&format!("/links/{link}/delete"), 200, "GET, HEAD, POST"),
        ("/account", 200, "GET, HEAD"),
        ("/account/password", 200, "GET, HEAD, POST"),
        ("/account/email", 200, "GET, HEAD, POST"),
        ("/account/tokens/new", 200, "GET, HEAD, POST"),
        ("/account/tokens/revoke-all", 200, "GET, HEAD, POST"),
        ("/account/leave", 200, "GET, HEAD, POST"),
        ("/settings", 200, "GET, HEAD, POST"),
        ("/people", 200, "GET, HEAD"),
        ("/people/invite", 200, "GET, HEAD, POST"),
        (&person, 200, "GET, HEAD, POST"),
        (&format!("{person}/disable"), 200, "GET, HEAD, POST"),
        (&format!("{person}/delete"), 200, "GET, HEAD, POST"),
        (&format!("{person}/tokens/revoke-all"), 200, "GET, HEAD, POST"),
        ("/assets/workspace.css", 200, "GET, HEAD"),
        ("/assets/copy.js", 200, "GET, HEAD"),
        ("/assets/password.js", 200, "GET, HEAD"),
        ("/assets/selection.js", 200, "GET, HEAD"),
        ("/assets/selected.js", 200, "GET, HEAD"),
        ("/assets/clear-selection.js", 200, "GET, HEAD"),
    ] {
        let (get, head) = (browser.get(path).await, browser.head(path).await);
        assert_eq!((get.status().as_u16(), head.status()), (status, get.status()), "{path}");
        assert_eq!(head.headers().get("content-type"), get.headers().get("content-type"), "{path}");
        let other = browser.request(Method::DELETE, path).send().await.unwrap();
        assert_eq!(other.status(), 405, "{path}");
        assert_eq!(other.headers()["allow"], allowed, "{path}");
    }
    for path in [
        "/sign-out",
        "/links/change",
        "/links/password",
        &format!("/links/{link}/enable"),
        "/account/sessions/end-all",
        &format!("{person}/password-link"),
        &format!("{person}/enable"),
        &format!("{person}/sessions/end-all"),
        "/settings/logo",
        "/settings/logo/remove",
        "/settings/person-search",
        "/bin/restore",
        "/a/VTR-1/retry",
        "/links/change",
        "/links/password",
        &format!("/links/{link}/enable"),
    ] {
        let get = browser.get(path).await;
        assert_eq!((get.status().as_u16(), get.headers()["allow"].to_str().unwrap()), (405, "POST"), "{path}");
    }
    assert_eq!(browser.get("/assets/nothing.js").await.status(), 404);
    assert_eq!(browser.get(&format!("/links/{link}/qr-code.gif")).await.status(), 404);
}

#[tokio::test]
async fn paths_that_no_page_has_are_not_found_and_throttled_below_a_link() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await;
    let link = link["url"].as_str().unwrap();
    let visitor = server.visitor_from("203.0.113.7");
    let unknown = |index: usize| {
        let kind = if index.is_multiple_of(2) { "s" } else { "d" };
        format!("/{kind}/0000000000000000000000/no/such/page")
    };
    let other = server.visitor_from("203.0.113.8");
    let nowhere = other.get("/nothing").await.text().await.unwrap();
    assert_eq!(other.get(&unknown(0)).await.text().await.unwrap(), nowhere);
    Bucket::new(300, REFILL).empty(async |index| visitor.get(&unknown(index)).await).await;
    // Whoever has a link is not throttled, not even for a path that does not exist.
    assert_eq!(visitor.get(&format!("{link}/no/such/page")).await.status(), 404);
    assert_eq!(visitor.get(link).await.status(), 200);
}
