//! Assets are deleted from their page and from the library, found in the bin, and restored.

use super::redirect;
use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use tests::{Options, Running, Visitor, fixtures, start, start_with};

/// The titles of the assets on a page of the bin.
fn titles(page: &str) -> Vec<String> {
    let parts = page.split("class=\"gallery-title\"").skip(1);
    parts.map(|part| part.split_once('>').unwrap().1.split_once('<').unwrap().0.to_owned()).collect()
}

async fn page(browser: &Visitor, path: &str) -> String {
    browser.get(path).await.text().await.unwrap()
}

/// All hidden fields of a page.
fn hidden_fields(page: &str) -> Vec<(String, String)> {
    let value = |part: &str, name: &str| {
        part.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let parts = page.split("<input type=\"hidden\"").skip(1).map(|part| part.split('>').next().unwrap());
    parts.map(|part| (value(part, "name"), value(part, "value").replace("&#38;", "&"))).collect()
}

/// Sends the hidden fields of a page, and others.
async fn send(browser: &Visitor, path: &str, page: &str, more: &[(&str, &str)]) -> reqwest::Response {
    let fields = hidden_fields(page);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post_form(path, &[&fields[..], more].concat()).await
}

async fn upload(server: &Running, token: &str, title: &str) -> Value {
    server.upload(token, &format!("{title}.jpg"), fixtures::jpeg(8, 8)).await["id"].clone()
}

async fn delete(server: &Running, token: &str, ids: &[&Value]) {
    let query = "mutation($ids: [ID!]!) { deleteAssets(ids: $ids) { deletedIds } }";
    let deleted = server.data(token, query, json!({ "ids": ids })).await;
    assert_eq!(deleted["deleteAssets"]["deletedIds"], json!(ids));
}

#[tokio::test]
async fn a_link_to_an_asset_in_the_bin_says_so() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = upload(&server, &admin, "Harbour").await;
    server.public_link(&admin, &asset, json!({})).await;
    delete(&server, &admin, &[&asset]).await;
    let links = page(&server.admin_browser().await, "/links").await;
    assert!(links.contains(">In the bin<") && links.contains("an asset in the bin"), "{links}");
}

#[tokio::test]
async fn one_asset_is_deleted_from_its_page_and_that_is_undone() {
    let server = start().await;
    let admin = server.admin().await;
    server.user(&admin, "Eddi", "EDITOR").await;
    let asset = upload(&server, &admin, "Harbour & dawn").await;
    server.collection(&admin, "Shown", std::slice::from_ref(&asset)).await;
    // A hidden collection of somebody else is not even counted.
    server.share(&admin, json!({ "assetIds": [asset] })).await;
    let link = server.public_link(&admin, &asset, Value::Null).await["url"].as_str().unwrap().to_owned();
    let off = server.public_link(&admin, &asset, Value::Null).await["id"].clone();
    server.data(&admin, "mutation($id: ID!) { disableLink(id: $id) { link { id } } }", json!({ "id": off })).await;
    let browser = server.signed_in("eddi@example.com", "a long password").await;
    assert!(page(&browser, "/a/VTR-1").await.contains("href=\"/a/VTR-1/delete\""));

    let window = page(&browser, "/a/VTR-1/delete").await;
    for text in [
        "Delete this asset?",
        "1 link to it stops working at once",
        "from 1 collection that you see.",
        "30 days",
        "deleteAssets",
    ] {
        assert!(window.contains(text), "{text}: {window}");
    }
    assert!(page(&server.admin_browser().await, "/a/VTR-1/delete").await.contains("from 2 collections."));
    assert_eq!(server.visitor().get(&link).await.status(), 200, "nothing has happened yet");
    let deleted = browser.post_form("/a/VTR-1/delete", &[]).await;
    let (status, to) = redirect(&deleted);
    assert!(status == 303 && to.starts_with("/bin/deleted?at="), "{to}");
    let done = page(&browser, &to).await;
    for text in ["1 asset is in the bin", "Harbour &#38; dawn", "Undo", "href=\"/library\"", "restoreAssets"] {
        assert!(done.contains(text), "{text}: {done}");
    }
    assert_eq!(server.visitor_from("10.0.0.1").get(&link).await.status(), 404);
    // Somebody else did not delete it, and has nothing to undo here.
    assert!(page(&server.admin_browser().await, &to).await.contains("Nothing to undo"));

    // The second of two clicks finds it in the bin, and so does whoever opens its page.
    let again = browser.post_form("/a/VTR-1/delete", &[]).await;
    let gone = [again, browser.get("/a/VTR-1").await, browser.get("/a/VTR-1/delete").await];
    for answer in gone {
        assert_eq!(answer.status(), 404);
        let text = answer.text().await.unwrap();
        assert!(text.contains("This asset is in the bin") && text.contains("Eddi</span>"), "{text}");
    }
    let events = "query($id: ID!) { securityEvents(filter: { subjectId: $id }) { nodes { action actor { name } } } }";
    let events = server.data(&admin, events, json!({ "id": asset })).await["securityEvents"]["nodes"].clone();
    assert_eq!(events, json!([{ "action": "ASSET_DELETED", "actor": { "name": "Eddi" } }]));

    let undone = send(&browser, "/bin/restore", &done, &[]).await;
    assert_eq!(redirect(&undone), (303, "/a/VTR-1?restored=1&left=0".to_owned()));
    let back = page(&browser, "/a/VTR-1?restored=1&left=0").await;
    assert!(back.contains("1 asset is back") && back.contains("Public link"), "{back}");
    assert_eq!(server.visitor_from("10.0.0.2").get(&link).await.status(), 200);
    assert!(page(&browser, &to).await.contains("Nothing to undo"));
    let gone = send(&browser, "/bin/restore", &done, &[]).await;
    assert_eq!(redirect(&gone), (303, "/bin?restored=gone".to_owned()));
    assert!(page(&browser, "/bin?restored=gone").await.contains("Nothing was restored"));
}

#[tokio::test]
async fn of_two_clicks_at_once_each_is_answered() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = upload(&server, &admin, "Harbour").await;
    let browser = server.admin_browser().await;
    let mut lock = server.database().await;
    lock.batch_execute("BEGIN; SELECT FROM all_assets FOR UPDATE").await.unwrap();
    let freed = async {
        server.until_somebody_waits().await;
        lock.batch_execute("COMMIT").await.unwrap();
    };
    let delete = || browser.post_form("/a/VTR-1/delete", &[]);
    let (one, two, ()) = tokio::join!(delete(), delete(), freed);
    let mut statuses = [one.status().as_u16(), two.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404]);
    let late = if one.status() == 404 { one } else { two };
    assert!(late.text().await.unwrap().contains("This asset is in the bin"));
    let ticked = [("asset", asset.as_str().unwrap())];
    let restore = || browser.post_form("/bin/restore", &ticked);
    let (one, two) = tokio::join!(restore(), restore());
    let mut led = [redirect(&one).1, redirect(&two).1];
    led.sort();
    assert_eq!(led, ["/bin?restored=1&left=0", "/bin?restored=gone"]);
    let events = "query($id: ID!) { securityEvents(filter: { subjectId: $id }) { nodes { action } } }";
    let events = server.data(&admin, events, json!({ "id": asset })).await["securityEvents"]["nodes"].clone();
    assert_eq!(events, json!([{ "action": "ASSET_RESTORED" }, { "action": "ASSET_DELETED" }]));
}

#[tokio::test]
async fn a_selection_of_the_library_is_deleted_as_far_as_possible() {
    let server = start().await;
    let admin = server.admin().await;
    let (one, two, three) = (
        upload(&server, &admin, "One").await,
        upload(&server, &admin, "Two").await,
        upload(&server, &admin, "Three").await,
    );
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let user = server.user_id(&vera).await;
    let browser = server.signed_in("vera@example.com", "a long password").await;
    let library = page(&browser, "/library").await;
    assert!(!library.contains("/library/delete") && !library.contains("href=\"/bin\""), "{library}");
    assert!(!page(&browser, "/a/VTR-1").await.contains("/a/VTR-1/delete"));
    server.grant(&admin, json!({ "userId": user, "assetId": one, "rights": ["EDIT"] })).await;
    server.grant(&admin, json!({ "userId": user, "assetId": two, "rights": ["EDIT"] })).await;
    let library = page(&browser, "/library").await;
    assert!(library.contains("/library/delete") && library.contains("href=\"/bin\""), "{library}");
    assert!(
        library.contains("Tick assets to delete them together.") && !library.contains("/library/share"),
        "{library}"
    );

    let nothing = browser.post_form("/library/delete", &[]).await;
    assert_eq!(nothing.status(), 422);
    assert!(nothing.text().await.unwrap().contains("Tick at least one asset first."));
    let gone = json!("asset_0000000000000000000001");
    let ids = [&one, &three, &gone, &two, &one].map(|id| ("asset", id.as_str().unwrap()));
    let place = [("search", "e"), ("kind", "IMAGE"), ("after", ""), ("go", "")];
    let window = browser.post_form("/library/delete", &[&ids[..], &place].concat()).await.text().await.unwrap();
    for text in [
        "Delete 2 assets?",
        "2 of 4 selected assets can be deleted",
        "<strong dir=\"auto\">Three</strong>: You need the right EDIT",
        "<strong dir=\"auto\">An asset that is gone</strong>: There is no such asset",
        "No link that is in use",
    ] {
        assert!(window.contains(text), "{text}: {window}");
    }
    // Cancelling leads to the library with the selection, where it was.
    let back = send(&browser, "/library", &window, &[]).await.text().await.unwrap();
    assert!(back.contains("4 selected") && back.contains("name=\"search\" value=\"e\""), "{back}");
    let deleted = send(&browser, "/library/delete", &window, &[("confirmed", "yes")]).await;
    let (status, to) = redirect(&deleted);
    assert!(status == 303 && to.contains("left=2") && to.contains("to=%2Flibrary%3Fsearch%3De%26kind%3DIMAGE"), "{to}");
    let done = page(&browser, &to).await;
    assert!(done.contains("2 assets are in the bin") && done.contains("2 were left out"), "{done}");
    assert!(done.contains("/assets/clear-selection.js"), "{done}");
    // All of it is gone already.
    let again = send(&browser, "/library/delete", &window, &[("confirmed", "yes")]).await;
    assert_eq!(again.status(), 422);
    assert!(again.text().await.unwrap().contains("Nothing can be deleted"));
    assert_eq!(titles(&page(&browser, "/bin").await), ["Two", "One"]);
    // What somebody else restored in the meantime is told.
    let restore = "mutation($id: ID!) { restoreAssets(ids: [$id]) { assets { id } } }";
    server.data(&admin, restore, json!({ "id": one })).await;
    let undone = send(&browser, "/bin/restore", &done, &[]).await;
    let to = redirect(&undone).1;
    assert_eq!(to, "/library?search=e&kind=IMAGE&restored=1&left=1");
    assert!(page(&browser, &to).await.contains("1 asset is back, with its links and in its collections. 1 is not"));
}

#[tokio::test]
async fn the_bin_shows_what_was_deleted_last_first_on_pages() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let mut assets = Vec::new();
    for index in 0..51 {
        assets.push(upload(&server, &admin, &format!("Sheet {index:02}")).await);
    }
    // The newest one is deleted first.
    delete(&server, &editor, &[&assets[50]]).await;
    server.advance(TimeDelta::days(3));
    let admin = server.admin().await;
    delete(&server, &admin, &assets[..50].iter().collect::<Vec<_>>()).await;
    let browser = server.admin_browser().await;
    let first = page(&browser, "/bin").await;
    let shown = titles(&first);
    assert_eq!((shown.len(), shown[0].as_str(), shown[47].as_str()), (48, "Sheet 49", "Sheet 02"));
    assert!(
        first.contains("51 assets") && first.contains("Ada Admin</span>") && first.contains("30 days left, until"),
        "{first}"
    );
    assert!(first.contains("Europe/Berlin") && !first.contains(" checked"), "{first}");
    let next = first.split("href=\"/bin?after=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let next = format!("/bin?after={next}");
    let second = page(&browser, &next).await;
    assert_eq!(titles(&second), ["Sheet 01", "Sheet 00", "Sheet 50"]);
    assert!(second.contains("Eddi</span>") && second.contains("27 days left, until"), "{second}");
    assert!(!second.contains("rel=\"next\"") && second.contains("href=\"/bin\">First page"), "{second}");
    let ticked = page(&browser, &format!("{next}&tick=all")).await;
    assert_eq!(ticked.matches(" checked").count(), 3);
    let back =
        send(&browser, "/bin/restore", &ticked, &[("asset", assets[50].as_str().unwrap()), ("asset", "nonsense")])
            .await;
    assert_eq!(redirect(&back).1, format!("{next}&restored=1&left=1"));
    let left = page(&browser, &redirect(&back).1).await;
    assert_eq!(titles(&left), ["Sheet 01", "Sheet 00"]);
    assert!(left.contains("1 asset is back"), "{left}");
    for path in ["/bin?after=nonsense", "/bin?after=99999999999999999999.x", "/bin?after=-377705116800000001.asset_0"] {
        assert_eq!(titles(&page(&browser, path).await).len(), 48, "{path}");
    }
    let nothing = browser.post_form("/bin/restore", &[("to", "https://evil.example/")]).await;
    assert_eq!(redirect(&nothing), (303, "/bin?restored=nothing".to_owned()));
    assert!(page(&browser, "/bin?restored=nothing").await.contains("Tick at least one asset first."));
}

#[tokio::test]
async fn who_may_not_restore_sees_neither_the_asset_nor_its_picture() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "Harbour.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let collection = server.collection(&admin, "C", std::slice::from_ref(&asset)).await;
    for (name, role) in [("Eddi", "EDITOR"), ("Vera", "VIEWER"), ("Gast", "GUEST"), ("Gina", "GUEST")] {
        server.user(&admin, name, role).await;
    }
    delete(&server, &admin, &[&asset]).await;
    let grant = async |email: &str, rights: Value| {
        let user = server.user_id(&server.sign_in(email, "a long password").await).await;
        server.grant(&admin, json!({ "userId": user, "collectionId": collection, "rights": rights })).await;
    };
    // With `EDIT` alone, a guest does not even see it.
    grant("gast@example.com", json!(["EDIT"])).await;
    grant("gina@example.com", json!(["EDIT", "READ"])).await;
    for (email, sees) in [
        ("eddi@example.com", true),
        ("vera@example.com", false),
        ("gast@example.com", false),
        ("gina@example.com", true),
    ] {
        let browser = server.signed_in(email, "a long password").await;
        let expected: &[&str] = if sees { &["Harbour"] } else { &[] };
        assert_eq!(titles(&page(&browser, "/bin").await), expected, "{email}");
        for picture in ["thumbnail", "preview"] {
            let answer = browser.get(&format!("/bin/VTR-1/{picture}")).await;
            assert_eq!(answer.status(), if sees { 200 } else { 404 }, "{email} {picture}");
            assert!(!sees || answer.headers()["content-type"] == "image/jpeg", "{email} {picture}");
        }
        for file in ["original", "fullscreen", "nonsense"] {
            assert_eq!(browser.get(&format!("/bin/VTR-1/{file}")).await.status(), 404, "{email} {file}");
            assert_eq!(browser.get(&format!("/a/VTR-1/{file}")).await.status(), 404, "{email} {file}");
        }
        let there = page(&browser, "/a/VTR-1").await;
        assert_eq!(there.contains("This asset is in the bin"), sees, "{email}: {there}");
        if !sees {
            let refused = browser.post_form("/bin/restore", &[("asset", asset.as_str().unwrap())]).await;
            assert_eq!(redirect(&refused).1, "/bin?restored=gone", "{email}");
        }
    }
    // A picture of what is not in the bin is not found there.
    let back = server.signed_in("gina@example.com", "a long password").await;
    back.post_form("/bin/restore", &[("asset", asset.as_str().unwrap())]).await;
    assert_eq!(back.get("/bin/VTR-1/preview").await.status(), 404);
    assert_eq!(back.get("/a/VTR-1/preview").await.status(), 200);
}
