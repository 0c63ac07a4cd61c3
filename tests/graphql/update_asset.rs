//! What is written about an asset: who may change it, what it may be, and where it is read.

use serde_json::{Value, json};
use tests::{Options, Running, fixtures, short, start, start_with};

const UPDATE: &str = "mutation($input: UpdateAssetInput!) { updateAsset(input: $input) {
    asset { title description altText } userErrors { code field message } } }";

async fn update(server: &Running, token: &str, input: Value) -> Value {
    server.data(token, UPDATE, json!({ "input": input })).await["updateAsset"].clone()
}

#[tokio::test]
async fn what_is_left_out_stays_and_null_clears() {
    let server = start().await;
    let admin = server.admin().await;
    let id = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let is = |title: &str, description: Value, alt: Value| json!({ "title": title, "description": description, "altText": alt });
    let steps = [
        (json!({}), is("a", Value::Null, Value::Null)),
        (json!({ "altText": " Cafe\u{301} " }), is("a", Value::Null, json!("Café"))),
        (json!({ "description": "One\r\ntwo" }), is("a", json!("One\ntwo"), json!("Café"))),
        (json!({ "title": "Bridge" }), is("Bridge", json!("One\ntwo"), json!("Café"))),
        (json!({ "description": null }), is("Bridge", Value::Null, json!("Café"))),
        (json!({ "altText": " " }), is("Bridge", Value::Null, Value::Null)),
    ];
    for (change, expected) in steps {
        let mut input = change.clone();
        input["assetId"] = id.clone();
        assert_eq!(update(&server, &admin, input).await["asset"], expected, "{change}");
        let read = "query($id: ID!) { asset(id: $id) { title description altText } }";
        assert_eq!(server.data(&admin, read, json!({ "id": id })).await["asset"], expected, "{change}");
    }
}

#[tokio::test]
async fn what_is_refused_changes_nothing_and_all_mistakes_are_told() {
    let server = start().await;
    let admin = server.admin().await;
    let id = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    for (change, code, field) in [
        (json!({ "title": null }), "INVALID_NAME", "title"),
        (json!({ "title": " " }), "INVALID_NAME", "title"),
        (json!({ "description": "a\tb" }), "INVALID_INPUT", "description"),
        (json!({ "description": "x".repeat(10_001) }), "INVALID_INPUT", "description"),
        (json!({ "altText": "a\nb" }), "INVALID_INPUT", "altText"),
        (json!({ "altText": "x".repeat(1_001) }), "INVALID_INPUT", "altText"),
    ] {
        let mut input = change.clone();
        input["assetId"] = id.clone();
        let refusal = server.refusal(&admin, UPDATE, json!({ "input": input })).await;
        assert_eq!(refusal, (code.to_owned(), vec![field.to_owned()]), "{change}");
    }
    let wrong = json!({ "assetId": id, "title": null, "description": "\u{1b}", "altText": "\0 \n" });
    let refused = update(&server, &admin, wrong).await;
    let fields: Vec<&Value> =
        refused["userErrors"].as_array().unwrap().iter().map(|error| &error["field"][0]).collect();
    assert_eq!(fields, ["title", "description", "altText"]);
    let unchanged = update(&server, &admin, json!({ "assetId": id })).await;
    assert_eq!(unchanged["asset"], json!({ "title": "a", "description": null, "altText": null }));
}

#[tokio::test]
async fn a_rule_lets_a_viewer_write() {
    let server = start().await;
    let admin = server.admin().await;
    let id = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let viewer = server.user(&admin, "Vera", "VIEWER").await;
    let input = json!({ "assetId": id, "altText": "A bridge" });
    let refused = server.call(&viewer, UPDATE, json!({ "input": input })).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{refused}");
    let user = server.user_id(&viewer).await;
    server.grant(&admin, json!({ "userId": user, "assetId": id, "rights": ["EDIT"] })).await;
    assert_eq!(update(&server, &viewer, input).await["asset"]["altText"], "A bridge");
}

#[tokio::test]
async fn visitors_read_it_escaped_and_in_its_lines() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let id = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let other = server.upload(&admin, "b.jpg", fixtures::jpeg(30, 40)).await["id"].clone();
    server.proxies(&admin, &id).await;
    server.proxies(&admin, &other).await;
    let link = server.public_link(&admin, &id, Value::Null).await["url"].as_str().unwrap().to_owned();
    let collection = server.collection(&admin, "Both", &[id.clone(), other.clone()]).await;
    let gallery = server.collection_link(&admin, &collection, Value::Null).await["url"].as_str().unwrap().to_owned();
    let page = async |url: String| server.visitor().get(&url).await.text().await.unwrap();
    let before = page(link.clone()).await;
    assert!(before.contains("alt=\"a\"") && !before.contains("class=\"description\""), "{before}");

    update(&server, &admin, json!({ "assetId": id, "description": "<b>One</b>\ntwo", "altText": "\"A\" bridge" }))
        .await;
    let alt = "alt=\"&#34;A&#34; bridge\"";
    for url in [link.clone(), format!("{link}/embed"), format!("{gallery}/assets/{}", short(&id))] {
        let page = page(url.clone()).await;
        assert!(page.contains(alt), "{url}: {page}");
        assert!(page.contains("&#60;b&#62;One&#60;/b&#62;\ntwo</p>"), "{url}: {page}");
    }
    assert!(page(link.clone()).await.contains("og:image:alt\" content=\"&#34;A&#34; bridge\""));
    for url in [gallery.clone(), format!("{gallery}/embed")] {
        let page = page(url.clone()).await;
        // What is read out of each: its title, the text if there is one, and its place.
        for label in ["a: &#34;A&#34; bridge, 1 of 2", "b, 2 of 2"] {
            assert!(page.contains(&format!("aria-label=\"{label}\"")), "{url}: {page}");
        }
    }
    let query =
        "query($token: String!) { sharedLink(token: $token) { assets { nodes { title description altText } } } }";
    let token = link.rsplit('/').next().unwrap();
    let seen = server.data("", query, json!({ "token": token })).await;
    let expected = json!([{ "title": "a", "description": "<b>One</b>\ntwo", "altText": "\"A\" bridge" }]);
    assert_eq!(seen["sharedLink"]["assets"]["nodes"], expected);
}
