//! What a form that was refused, or that was touched in one place only, leaves as it is.

use super::{hidden, made, redirect};
use crate::jobs::faces::turn;
use serde_json::{Value, json};
use tests::{Running, Visitor, fixtures, start};

async fn settings(server: &Running, token: &str, id: &str) -> Value {
    let query =
        "query($id: ID!) { link(id: $id) { name settings { allowProxies proxyPresets hasPassword coverAssetId } } }";
    server.data(token, query, json!({ "id": id })).await["link"].clone()
}

async fn page(browser: &Visitor, path: &str) -> String {
    browser.get(path).await.text().await.unwrap()
}

/// The number of links.
async fn count(server: &Running, token: &str) -> Value {
    server.data(token, "{ links { totalCount } }", Value::Null).await["links"]["totalCount"].clone()
}

const AGAIN: &str = "Type the password again";

#[tokio::test]
async fn a_password_typed_in_a_refused_form_is_not_forgotten() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let collection = server.collection(&admin, "All", std::slice::from_ref(&asset)).await;
    let (asset, collection) = (asset.as_str().unwrap(), collection.as_str().unwrap());
    let browser = server.admin_browser().await;
    let windows = [
        "/a/VTR-1/public-link".to_owned(),
        format!("/collections/{collection}/public-link"),
        "/library/link".to_owned(),
    ];
    for (index, path) in windows.iter().enumerate() {
        let form = format!("form {index}");
        let post = async |fields: &[(&str, &str)]| {
            let answer =
                browser.post_form(path, &[&[("form", form.as_str()), ("asset", asset)], fields].concat()).await;
            (answer.status().as_u16(), answer)
        };
        let plain = post(&[("expiresAt", "never")]).await.1.text().await.unwrap();
        assert!(!plain.contains(AGAIN) && !plain.contains("passwordTyped"), "{path}: {plain}");
        let (status, refused) = post(&[("password", "open sesame"), ("expiresAt", "never")]).await;
        let text = refused.text().await.unwrap();
        assert!(status == 422 && text.contains(AGAIN) && text.contains("not a date"), "{path}: {text}");
        assert!(!text.contains("sesame") && text.contains("name=\"noPassword\""), "{path}: {text}");
        let typed = hidden(&text, "passwordTyped");
        let (status, refused) = post(&[("passwordTyped", &typed)]).await;
        let text = refused.text().await.unwrap();
        assert!(status == 422 && text.contains(AGAIN) && text.contains("passwordTyped"), "{path}: {text}");
        assert_eq!(count(&server, &admin).await, index * 2, "{path}");
        // A box without a password is kept with other mistakes, and a typed password outweighs it.
        let text = post(&[("passwordTyped", "1"), ("noPassword", "on"), ("maxDownloads", "x")]).await.1;
        let text = text.text().await.unwrap();
        assert!(!text.contains(AGAIN) && text.contains("value=\"on\" checked"), "{path}: {text}");
        let both = [("passwordTyped", "1"), ("noPassword", "on"), ("password", "sesame"), ("maxDownloads", "x")];
        assert!(post(&both).await.1.text().await.unwrap().contains(AGAIN), "{path}");
        let id = made(&post(&[("passwordTyped", "1"), ("noPassword", "on")]).await.1);
        assert_eq!(settings(&server, &admin, &id).await["settings"]["hasPassword"], false, "{path}");
        let again = [("form", path.as_str()), ("asset", asset), ("passwordTyped", "1"), ("password", "open sesame")];
        let id = made(&browser.post_form(path, &again).await);
        assert_eq!(settings(&server, &admin, &id).await["settings"]["hasPassword"], true, "{path}");
    }

    // The same for a link that has a password: it keeps the old one only if that is said.
    let link = server.public_link(&admin, &json!(asset), json!({ "password": "old secret" })).await;
    let path = format!("/links/{}/edit", link["id"].as_str().unwrap());
    let wrong = [("password", "new secret"), ("expiresAt", "never"), ("name", "Renamed")];
    let text = browser.post_form(&path, &wrong).await.text().await.unwrap();
    assert!(text.contains(AGAIN) && text.contains("Keep the password") && !text.contains("new secret"), "{text}");
    let refused = browser.post_form(&path, &[("passwordTyped", "1"), ("name", "Renamed")]).await;
    assert_eq!(refused.status(), 422);
    let kept = browser.post_form(&path, &[("passwordTyped", "1"), ("noPassword", "on"), ("name", "Renamed")]).await;
    assert_eq!(redirect(&kept).0, 303);
    let now = settings(&server, &admin, link["id"].as_str().unwrap()).await;
    assert_eq!((&now["name"], &now["settings"]["hasPassword"]), (&json!("Renamed"), &json!(true)));
    let removed = browser.post_form(&path, &[("passwordTyped", "1"), ("removePassword", "on")]).await;
    assert_eq!(redirect(&removed).0, 303);
    assert_eq!(settings(&server, &admin, link["id"].as_str().unwrap()).await["settings"]["hasPassword"], false);
}

#[tokio::test]
async fn all_mistakes_are_told_at_once() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let browser = server.admin_browser().await;
    let long = "x".repeat(201);
    let fields = [
        ("form", "one"),
        ("asset", asset.as_str().unwrap()),
        ("collectionName", &long),
        ("name", &long),
        ("maxDownloads", "many"),
        ("password", "abc"),
        ("expiresAt", "2001-01-01T10:00"),
        ("startsAt", "-9999-01-01T00:00"),
    ];
    let text = browser.post_form("/library/link", &fields).await.text().await.unwrap();
    for field in ["collectionName", "name", "maxDownloads", "password", "expiresAt", "startsAt"] {
        assert!(text.contains(&format!("id=\"{field}-error\"")), "{field}: {text}");
    }
}

#[tokio::test]
async fn editing_the_name_leaves_the_presets() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let browser = server.admin_browser().await;
    let all = ["thumbnail", "preview", "fullscreen"];
    // All that is offered, as a list; and a list with presets that the asset does not have.
    for stored in [vec!["thumbnail", "preview", "fullscreen"], vec!["preview", "video-1080p"], vec!["poster"]] {
        let offered: Vec<&str> = stored.iter().copied().filter(|preset| all.contains(preset)).collect();
        let link =
            server.public_link(&admin, &asset, json!({ "allowProxies": true, "proxyPresets": ["preview"] })).await;
        let id = link["id"].as_str().unwrap().to_owned();
        let uuid = "(SELECT id FROM links ORDER BY created_at DESC LIMIT 1)";
        let list = stored.join(",");
        server.sql(format!("UPDATE links SET proxy_presets = '{{{list}}}' WHERE id = {uuid}")).await;
        let path = format!("/links/{id}/edit");
        let form = page(&browser, &path).await;
        let shown = hidden(&form, "shownProxyPresets");
        assert_eq!(shown, offered.join(" "));
        let mut fields = vec![("name", "Renamed"), ("allowProxies", "on"), ("shownProxyPresets", shown.as_str())];
        fields.extend(offered.iter().map(|preset| ("proxyPresets", *preset)));
        let changed = browser.post_form(&path, &fields).await;
        assert_eq!(redirect(&changed).0, 303, "{stored:?}");
        assert_eq!(settings(&server, &admin, &id).await["name"], "Renamed");
        let same = format!("SELECT 1 / (proxy_presets = '{{{list}}}')::int FROM links WHERE id = {uuid}");
        server.sql(same).await;
        let events = "{ linkEvents(first: 1) { nodes { action changes { field } } } }";
        let event = server.data(&admin, events, Value::Null).await["linkEvents"]["nodes"][0].clone();
        assert_eq!(event["changes"], json!([{ "field": "name" }]), "{event}");
        // Another tick leaves what the form could not show.
        let mut fields = vec![("allowProxies", "on"), ("shownProxyPresets", shown.as_str())];
        fields.push(("proxyPresets", "thumbnail"));
        if offered != ["thumbnail"] {
            assert_eq!(redirect(&browser.post_form(&path, &fields).await).0, 303, "{stored:?}");
            let unseen = stored.iter().filter(|preset| !all.contains(preset));
            let list = std::iter::once(&"thumbnail").chain(unseen).copied().collect::<Vec<_>>().join(",");
            server.sql(format!("SELECT 1 / (proxy_presets = '{{{list}}}')::int FROM links WHERE id = {uuid}")).await;
        }
    }
}

#[tokio::test]
async fn what_the_page_says_and_its_order_are_typed_in_the_form() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "text").await["id"].clone();
    let collection = server.collection(&admin, "All", std::slice::from_ref(&asset)).await;
    let browser = server.admin_browser().await;
    let told = async |id: &str| {
        let query = "query($id: ID!) { link(id: $id) { settings { description showCreator memberOrder } } }";
        server.data(&admin, query, json!({ "id": id })).await["link"]["settings"].clone()
    };
    let windows =
        ["/a/VTR-1/public-link".to_owned(), format!("/collections/{}/public-link", collection.as_str().unwrap())];
    for (index, path) in windows.iter().enumerate() {
        let form = page(&browser, path).await;
        assert_eq!(form.contains("name=\"memberOrder\""), index == 1, "{path}: {form}");
        let dates = "<option value=\"captured\">Date taken, with the days for visitors to see</option>";
        assert_eq!(form.contains(dates), index == 1, "{path}: {form}");
        let text = "<Three> days\r\n\r\nin May ";
        let fields = [("form", path.as_str()), ("description", text), ("showCreator", "on"), ("memberOrder", "name")];
        let id = made(&browser.post_form(path, &fields[..3 + index]).await);
        let order = if index == 1 { "NAME" } else { "POSITION" };
        let typed = json!({ "description": "<Three> days\n\nin May", "showCreator": true, "memberOrder": order });
        assert_eq!(told(&id).await, typed, "{path}");
        let edit = format!("/links/{id}/edit");
        let form = page(&browser, &edit).await;
        assert!(form.contains(">\n&#60;Three&#62; days\n\nin May</textarea>"), "{form}");
        assert!(form.contains("name=\"showCreator\" value=\"on\" checked"), "{form}");
        assert_eq!(form.contains("<option value=\"name\" selected>"), index == 1, "{form}");
        // Every mistake is told at its field, and what was typed stays.
        let long = "x".repeat(2_001);
        let refused = browser.post_form(&edit, &[("description", &long), ("memberOrder", "size")]).await;
        assert_eq!(refused.status(), 422);
        let refused = refused.text().await.unwrap();
        assert!(refused.contains("id=\"description-error\"") && refused.contains(&long), "{refused}");
        assert_eq!(refused.contains("id=\"memberOrder-error\""), index == 1, "{refused}");
        assert_eq!(told(&id).await, typed, "{path}");
        assert_eq!(redirect(&browser.post_form(&edit, &[("description", " \r\n")]).await).0, 303);
        assert_eq!(told(&id).await, json!({ "description": null, "showCreator": false, "memberOrder": order }));
    }
    // A download has no page that could say anything.
    let download = page(&browser, "/a/VTR-1/download-link").await;
    assert!(!download.contains("name=\"description\"") && !download.contains("showCreator"), "{download}");
}

#[tokio::test]
async fn a_cover_is_chosen_and_stays_until_another_is() {
    let server = start().await;
    let admin = server.admin().await;
    let mut ids = Vec::new();
    for name in ["One.jpg", "Two.jpg", "Three.txt"] {
        let bytes = if name.ends_with("jpg") { fixtures::jpeg(40, 30) } else { b"only text".to_vec() };
        ids.push(server.upload(&admin, name, bytes).await["id"].clone());
    }
    let collection = server.collection(&admin, "All", &ids).await.as_str().unwrap().to_owned();
    let browser = server.admin_browser().await;
    let window = format!("/collections/{collection}/public-link");
    let text = page(&browser, &window).await;
    let options =
        |text: &str| text.split_once("name=\"coverAssetId\"").unwrap().1.split("</select>").next().unwrap().to_owned();
    let select = options(&text);
    assert!(select.contains(">The first picture<") && select.contains(">One<") && select.contains(">Two<"), "{select}");
    assert!(
        !select.contains("Three") && !page(&browser, "/a/VTR-1/public-link").await.contains("coverAssetId"),
        "{select}"
    );
    let two = ids[1].as_str().unwrap();
    let id = made(&browser.post_form(&window, &[("form", "a"), ("coverAssetId", two)]).await);
    let cover = async || settings(&server, &admin, &id).await["settings"]["coverAssetId"].clone();
    assert_eq!(cover().await, two);
    let path = format!("/links/{id}/edit");
    let chosen = format!("value=\"{two}\" selected");
    assert!(options(&page(&browser, &path).await).contains(&chosen));
    // It stays although it is shown no more, and then makes room for the first picture.
    let remove = "mutation($id: ID!, $assets: [ID!]!) {
        removeFromCollection(collectionId: $id, assetIds: $assets) { userErrors { message } } }";
    server.data(&admin, remove, json!({ "id": collection, "assets": [two] })).await;
    let text = page(&browser, &path).await;
    assert!(options(&text).contains("does not show now") && options(&text).contains(&chosen), "{text}");
    let shown = hidden(&text, "shownCoverAssetId");
    let same = [("name", "Renamed"), ("coverAssetId", two), ("shownCoverAssetId", &shown)];
    assert_eq!(redirect(&browser.post_form(&path, &same).await).0, 303);
    assert_eq!(cover().await, two);
    let other = browser.post_form(&path, &[("coverAssetId", ids[2].as_str().unwrap()), ("maxDownloads", "0")]).await;
    assert_eq!(other.status(), 422);
    let first = [("coverAssetId", ""), ("shownCoverAssetId", &*shown)];
    assert_eq!(redirect(&browser.post_form(&path, &first).await).0, 303);
    assert_eq!(cover().await, Value::Null);
    let foreign = browser.post_form(&path, &[("coverAssetId", "nonsense")]).await;
    assert_eq!(foreign.status(), 422);
    assert!(foreign.text().await.unwrap().contains("coverAssetId-error"));
}

#[tokio::test]
async fn the_search_by_person_is_ticked_where_it_is_offered() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "One.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let collection = server.collection(&admin, "All", std::slice::from_ref(&asset)).await.as_str().unwrap().to_owned();
    let (browser, window) = (server.admin_browser().await, format!("/collections/{collection}/public-link"));
    let field = "name=\"personSearch\"";
    assert!(!page(&browser, &window).await.contains(field));
    let refused = browser.post_form(&window, &[("form", "a"), ("personSearch", "on")]).await;
    assert_eq!(refused.status(), 422, "a form that was made by hand offers no more");
    assert!(refused.text().await.unwrap().contains("personSearch-error"));
    turn(&server, &admin, true).await;
    assert!(page(&browser, &window).await.contains(field));
    assert!(!page(&browser, "/a/VTR-1/public-link").await.contains(field), "one asset is not searched");
    let shared = browser.post_form("/library/share", &[("asset", asset.as_str().unwrap())]).await;
    assert!(shared.text().await.unwrap().contains(field));

    let id = made(&browser.post_form(&window, &[("form", "b"), ("personSearch", "on")]).await);
    let query = "query($id: ID!) { link(id: $id) { settings { personSearch } } }";
    let has_it = async || {
        server.data(&admin, query, json!({ "id": id })).await["link"]["settings"]["personSearch"].as_bool().unwrap()
    };
    assert!(has_it().await);
    // It stays while the workspace has it off, and the form says that it has no effect.
    turn(&server, &admin, false).await;
    let path = format!("/links/{id}/edit");
    let form = page(&browser, &path).await;
    assert!(form.contains("value=\"on\" checked") && form.contains("It has no effect now"), "{form}");
    let renamed = [("name", "Renamed"), ("personSearch", "on")];
    assert_eq!(redirect(&browser.post_form(&path, &renamed).await).0, 303);
    assert!(has_it().await);
    assert_eq!(redirect(&browser.post_form(&path, &[("name", "Renamed")]).await).0, 303);
    assert!(!has_it().await);
}
