//! The library: search, pages, the selection, and one link for all of it.

use super::{hidden, made, redirect};
use serde_json::{Value, json};
use tests::{Running, Visitor, fixtures, start};

async fn uploads(server: &Running, admin: &str, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for index in 0..count {
        let asset = server.upload(admin, &format!("Sheet {index:02}.jpg"), fixtures::jpeg(8, 8)).await;
        ids.push(asset["id"].as_str().unwrap().to_owned());
    }
    ids
}

/// The titles of the assets on a page.
fn titles(page: &str) -> Vec<String> {
    let parts = page.split("class=\"gallery-title\"").skip(1);
    parts.map(|part| part.split_once('>').unwrap().1.split_once('<').unwrap().0.to_owned()).collect()
}

async fn page(browser: &Visitor, path: &str) -> String {
    browser.get(path).await.text().await.unwrap()
}

#[tokio::test]
async fn assets_are_found_by_title_number_and_id() {
    let server = start().await;
    let admin = server.admin().await;
    let ids = uploads(&server, &admin, 3).await;
    server.upload(&admin, "Terms.pdf", fixtures::pdf()).await;
    let browser = server.admin_browser().await;
    let uuid = domain::short_id::decode::<uuid::Uuid>(ids[1].split_once('_').unwrap().1).unwrap();
    let second = ["Sheet 01"].as_slice();
    for (query, expected) in [
        ("search=sheet", ["Sheet 02", "Sheet 01", "Sheet 00"].as_slice()),
        ("search=sheet+01.jpg", second),
        ("search=vtr-2", second),
        (&format!("search={}", ids[1]), second),
        (&format!("search={uuid}"), second),
        (&format!("search=+{}+", uuid.simple()), second),
        (&format!("search={}", uuid.to_string().to_uppercase()), second),
        (&format!("search={}", uuid::Uuid::nil()), &[]),
        ("kind=DOCUMENT", &["Terms"]),
        ("kind=VIDEO", &[]),
        ("search=sheet&kind=DOCUMENT", &[]),
    ] {
        assert_eq!(titles(&page(&browser, &format!("/library?{query}")).await), expected, "{query}");
    }
    let long = browser.get(&format!("/library?search={}", "x".repeat(301))).await;
    assert_eq!(long.status(), 422);
    assert!(long.text().await.unwrap().contains("at most 300 characters"));
    // The id of an asset of another workspace finds nothing.
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.signed_in("foreign@example.com", "another long password").await;
    for id in [ids[1].clone(), uuid.to_string()] {
        assert!(titles(&page(&foreign, &format!("/library?search={id}")).await).is_empty());
    }
}

#[tokio::test]
async fn a_selection_survives_pages_and_searches_and_is_counted() {
    let server = start().await;
    let admin = server.admin().await;
    let ids = uploads(&server, &admin, 50).await;
    let external = server.external("Elsewhere.mov").await.as_str().unwrap().to_owned();
    let browser = server.admin_browser().await;
    let first = page(&browser, "/library").await;
    assert_eq!((titles(&first).len(), titles(&first)[0].as_str()), (48, "Elsewhere"));
    // The button of the next page sends the ticked boxes along.
    let after = first.split("value=\"after:").nth(1).unwrap().split('"').next().unwrap();
    let ticked = [("asset", ids[49].as_str()), ("asset", &external), ("asset", "nonsense"), ("asset", &ids[49])];
    let go = format!("after:{after}");
    let second = browser.post_form("/library", &[&ticked[..], &[("go", &go)]].concat()).await.text().await.unwrap();
    assert_eq!(titles(&second), ["Sheet 02", "Sheet 01", "Sheet 00"]);
    assert!(
        second.contains("2 selected · 2 not on this page · 1 can be shared") && second.contains("Share 1/2"),
        "{second}"
    );
    for id in [&ids[49], &external] {
        assert_eq!(second.matches(&format!(r#"<input type="hidden" name="asset" value="{id}">"#)).count(), 1, "{id}");
    }
    let found =
        browser.post_form("/library", &[&ticked[..], &[("go", "search"), ("search", "sheet 49")]].concat()).await;
    let found = found.text().await.unwrap();
    assert!(found.contains(&format!(r#"value="{}" aria-label="Select Sheet 49" checked"#, ids[49])), "{found}");
    let cleared =
        browser.post_form("/library", &[&ticked[..], &[("go", "clear")]].concat()).await.text().await.unwrap();
    assert!(cleared.contains("Tick assets to share") && !cleared.contains(" checked"), "{cleared}");
    let before = second.split("value=\"before:").nth(1).unwrap().split('"').next().unwrap();
    let back = browser.post_form("/library", &[("go", &format!("before:{before}"))]).await.text().await.unwrap();
    assert_eq!(titles(&back), titles(&first));
}

#[tokio::test]
async fn a_selection_is_shared_by_one_link_and_only_once() {
    let server = start().await;
    let admin = server.admin().await;
    let ids = uploads(&server, &admin, 3).await;
    server.attach(&admin, &json!(ids[0]), "terms.pdf", fixtures::pdf()).await;
    let external = server.external("Elsewhere.mov").await.as_str().unwrap().to_owned();
    let browser = server.admin_browser().await;
    let gone = "asset_0000000000000000000001";
    let selected = [("asset", ids[2].as_str()), ("asset", &ids[0]), ("asset", &external), ("asset", gone)];
    let window = browser.post_form("/library/share", &selected).await.text().await.unwrap();
    assert!(window.contains("Share 2/4") && window.contains("2 left out"), "{window}");
    assert!(window.contains("<strong dir=\"auto\">Elsewhere</strong>: This asset is only a reference"), "{window}");
    assert!(window.contains("1 of 2") && window.contains("shareAssets"), "how many have attachments: {window}");
    let form = hidden(&window, "form");
    let fields =
        [("form", form.as_str()), ("collectionName", "Press"), ("name", "For the press"), ("allowOriginal", "on")];
    let fields = [&selected[..], &fields].concat();
    let (one, two) =
        tokio::join!(browser.post_form("/library/link", &fields), browser.post_form("/library/link", &fields));
    let id = made(&one);
    assert_eq!((made(&two), redirect(&one).1), (id.clone(), format!("/links/{id}?new&shared&to=%2Flibrary")));
    let query = "query($id: ID!) { links { totalCount } link(id: $id) { name settings { allowOriginal }
        target { ... on Collection { name kind assets { nodes { title } } } } } }";
    let data = server.data(&admin, query, json!({ "id": id })).await;
    let assets = json!({ "nodes": [{ "title": "Sheet 02" }, { "title": "Sheet 00" }] });
    let target = json!({ "name": "Press", "kind": "AUTOMATIC", "assets": assets });
    assert_eq!(
        data["link"],
        json!({ "name": "For the press", "settings": { "allowOriginal": true }, "target": target })
    );
    assert_eq!(data["links"]["totalCount"], 1);

    // Mistakes keep the selection and what was typed.
    let wrong = [
        ("form", "another"),
        ("collectionName", &*"x".repeat(201)),
        ("name", "Typed"),
        ("expiresAt", "2001-01-01T10:00"),
    ];
    let refused = browser.post_form("/library/link", &[&selected[..], &wrong].concat()).await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    assert!(page.contains("collectionName-error") && page.contains("expiresAt-error"), "{page}");
    assert!(page.contains("value=\"Typed\"") && page.matches("name=\"asset\"").count() == 4, "{page}");
    // Without names of their own, the link is called like the collection, and each as the form has said.
    let names = async |fields: &[(&str, &str)]| {
        let window = browser.post_form("/library/share", &selected).await.text().await.unwrap();
        let (form, link) = (hidden(&window, "form"), hidden(&window, "defaultName"));
        let collection = hidden(&window, "defaultCollectionName");
        server.advance(chrono::TimeDelta::minutes(1));
        let said = [("form", &*form), ("defaultName", &*link), ("defaultCollectionName", &*collection)];
        let id = made(&browser.post_form("/library/link", &[&selected[..], &said, fields].concat()).await);
        let query = "query($id: ID!) { link(id: $id) { name target { ... on Collection { name } } } }";
        let made = server.data(&admin, query, json!({ "id": id })).await["link"].clone();
        (made, link, collection)
    };
    let (made, _, _) = names(&[("collectionName", "Season 2030")]).await;
    assert_eq!(made, json!({ "name": "Season 2030", "target": { "name": "Season 2030" } }));
    let (made, link, collection) = names(&[("name", " "), ("collectionName", "")]).await;
    assert_eq!(made, json!({ "name": link, "target": { "name": collection } }));
    // With nothing to share there is no form to send.
    let window = browser.post_form("/library/share", &[("asset", &external)]).await.text().await.unwrap();
    assert!(window.contains("Share 0/1") && !window.contains("collectionName"), "{window}");
    let refused = browser.post_form("/library/link", &[("form", "x"), ("asset", &external)]).await;
    assert_eq!(refused.status(), 422);
    let nothing = browser.post_form("/library/share", &[]).await;
    assert_eq!(nothing.status(), 422);
    assert!(nothing.text().await.unwrap().contains("Tick at least one asset first."));
}

#[tokio::test]
async fn a_collection_is_looked_at_and_shared_as_it_is() {
    let server = start().await;
    let admin = server.admin().await;
    let ids = uploads(&server, &admin, 3).await;
    let external = server.external("Elsewhere.mov").await;
    let members = [json!(ids[0]), json!(ids[2]), external];
    let collection = server.collection(&admin, "The season", &members).await.as_str().unwrap().to_owned();
    server.user(&admin, "Eddi", "EDITOR").await;
    let hide = "mutation($id: ID!) { createCollection(input: { name: \"Hidden\", hidden: true, assetIds: [$id] }) { collection { id } } }";
    let hidden_one =
        server.data(&admin, hide, json!({ "id": ids[0] })).await["createCollection"]["collection"]["id"].clone();
    let hidden_one = hidden_one.as_str().unwrap().to_owned();
    let browser = server.signed_in("eddi@example.com", "a long password").await;
    let shown = page(&browser, &format!("/library?collection={collection}")).await;
    assert_eq!(titles(&shown), ["Elsewhere", "Sheet 02", "Sheet 00"]);
    let path = format!("/collections/{collection}/public-link");
    assert!(shown.contains(&path) && !shown.contains(&hidden_one), "{shown}");
    for unseen in [format!("/library?collection={hidden_one}"), format!("/collections/{hidden_one}/public-link")] {
        assert_eq!(browser.get(&unseen).await.status(), 404, "{unseen}");
    }
    let window = page(&browser, &path).await;
    assert!(
        window.contains("Share 2/3") && window.contains("Elsewhere") && window.contains("createCollectionLink"),
        "{window}"
    );
    let form = hidden(&window, "form");
    let wrong = browser.post_form(&path, &[("form", &form), ("maxDownloads", "0"), ("name", "Typed")]).await;
    assert_eq!(wrong.status(), 422);
    assert!(wrong.text().await.unwrap().contains("value=\"Typed\""));
    let fields = [("form", form.as_str()), ("name", "All of it"), ("allowOriginal", "on")];
    let (one, two) = tokio::join!(browser.post_form(&path, &fields), browser.post_form(&path, &fields));
    assert_eq!(made(&one), made(&two));
    let query = "query($id: ID!) { link(id: $id) { name target { ... on Collection { name kind } } } }";
    let link = server.data(&admin, query, json!({ "id": made(&one) })).await["link"].clone();
    assert_eq!(link, json!({ "name": "All of it", "target": { "name": "The season", "kind": "MANUAL" } }));
}

#[tokio::test]
async fn all_of_a_page_are_ticked_at_once() {
    let server = start().await;
    let admin = server.admin().await;
    let ids = uploads(&server, &admin, 50).await;
    let browser = server.admin_browser().await;
    let after = ids[2].as_str();
    let fields = [("asset", ids[49].as_str()), ("after", after), ("before", ""), ("go", "all")];
    let page = browser.post_form("/library", &fields).await.text().await.unwrap();
    assert_eq!(
        (titles(&page), page.matches(" checked>").count()),
        (vec!["Sheet 01".to_owned(), "Sheet 00".to_owned()], 2)
    );
    assert!(page.contains("3 selected") && page.contains("Share 3/3"), "{page}");
    let found = [("asset", ids[49].as_str()), ("after", after), ("go", "search"), ("search", "sheet")];
    let page = browser.post_form("/library", &found).await.text().await.unwrap();
    assert_eq!(titles(&page).len(), 48, "a search begins at its first page");
}

#[tokio::test]
async fn a_page_costs_the_same_statements_however_long_it_is() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let browser = server.admin_browser().await;
    let mut counts: Vec<[usize; 4]> = Vec::new();
    let mut ids = Vec::new();
    for round in [1, 3, 12] {
        for index in 0..round {
            let id = server.upload(&admin, &format!("{round}-{index}.jpg"), fixtures::jpeg(8, 8)).await["id"].clone();
            let maker = if index % 2 == 0 { &admin } else { &editor };
            server.public_link(maker, &id, Value::Null).await;
            ids.push(id.as_str().unwrap().to_owned());
        }
        let collection = server.collection(&admin, "All", &ids.iter().map(|id| json!(id)).collect::<Vec<_>>()).await;
        server.collection_link(&admin, &collection, Value::Null).await;
        let selected: Vec<(&str, &str)> = ids.iter().map(|id| ("asset", id.as_str())).collect();
        let mut count = [0; 4];
        for (index, path) in ["/library", "/links", "/a/VTR-1"].into_iter().enumerate() {
            let before = server.statements();
            assert_eq!(browser.get(path).await.status(), 200, "{path}");
            count[index] = server.statements() - before;
        }
        let before = server.statements();
        assert_eq!(browser.post_form("/library/share", &selected).await.status(), 200);
        count[3] = server.statements() - before;
        counts.push(count);
    }
    assert!(counts.iter().all(|count| *count == counts[0] && count.iter().all(|count| *count > 1)), "{counts:?}");
}

#[tokio::test]
async fn who_may_share_nothing_gets_no_ticks() {
    let server = start().await;
    let admin = server.admin().await;
    let ids = uploads(&server, &admin, 2).await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let browser = server.signed_in("vera@example.com", "a long password").await;
    let shown = page(&browser, "/library").await;
    assert_eq!(titles(&shown).len(), 2);
    assert!(!shown.contains("/library/share") && !shown.contains("type=\"checkbox\""), "{shown}");
    let user = server.user_id(&vera).await;
    server.grant(&admin, json!({ "userId": user, "assetId": ids[0], "rights": ["SHARE"] })).await;
    let shown = page(&browser, "/library").await;
    assert!(shown.contains("/library/share") && shown.contains("type=\"checkbox\""), "{shown}");
}
