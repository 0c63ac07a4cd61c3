//! What is selected of an object of a list is answered as that of a single object, which goes another way.

use serde_json::{Value, json};
use tests::{Options, fixtures, start, start_with};

/// The messages of the errors below an alias.
fn errors_of(answer: &Value, alias: &str) -> Vec<Value> {
    let errors = answer["errors"].as_array().into_iter().flatten();
    errors.filter(|error| error["path"][0] == alias).map(|error| error["message"].clone()).collect()
}

#[tokio::test]
async fn of_a_list_the_same_is_answered_as_of_a_single_object() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "name": "One" })).await["id"].clone();
    let fragments = [
        ("...OfLink", "fragment OfLink on Link { id createdBy { id } ...More } fragment More on Link { name }"),
        ("...OfTarget", "fragment OfTarget on LinkTarget { __typename ... on Asset { number } }"),
    ];
    let of_link = [
        "id name kind state url createdAt updatedAt viewCount downloadCount lastAccessedAt",
        "a: id b: id id a: id",
        "__typename t: __typename id",
        "... on Link { id name } ... { kind }",
        "...OfLink kind",
        "... on Node { id } name",
        "id @skip(if: true) name @include(if: false) kind @include(if: true)",
        "createdBy { id name } createdBy { email __typename } target { __typename }",
        "target { ... on Asset { id title proxies { preset } } ... on Collection { name } __typename }",
        "target { ... on Asset { id uploadedBy { name } } } target { ... on Asset { title uploadedBy { id } } }",
        "target { ...OfTarget ... on Node { id } }",
        "embedCode(width: 200) big: embedCode(width: 900, responsive: true)",
        "embedCode(width: -1) name",
        "qrCode { mediaType } settings { allowOriginal proxyPresets } preparation { total } statistics { total { views } }",
    ];
    let of_asset = [
        "id number title description altText fileName kind mediaType byteSize width height durationSeconds warning
         placeholder source originalState createdAt capturedAt deletedAt deletedForGoodAt internalUrl",
        "thumbnailUrl other: thumbnailUrl(preset: \"nothing\") title",
        "uploadedBy { id } links(first: 1) { nodes { id target { ... on Asset { title } } } } uploadedBy { role storage { used } }",
        "proxies { id url preset kind watermarked state width height byteSize failureReason __typename }",
        "... on Node { id ... on Asset { title } }",
    ];
    let of_link = of_link.map(|selection| ("link", selection, "links(first: 1) { nodes { SELECTED } }", "/nodes/0"));
    let target = "links(first: 1) { nodes { target { ... on Asset { SELECTED } } } }";
    let of_assets =
        of_asset.map(|selection| ("asset", selection, "assets(first: 1) { nodes { SELECTED } }", "/nodes/0"));
    let of_targets = of_asset.map(|selection| ("asset", selection, target, "/nodes/0/target"));
    for (single, selection, list, place) in of_link.into_iter().chain(of_assets).chain(of_targets) {
        let used = fragments.iter().filter(|(spread, _)| selection.contains(spread)).map(|(_, fragment)| *fragment);
        let id = if single == "link" { &link } else { &asset };
        let query = format!(
            "{{ one: {single}(id: {id}) {{ {selection} }} many: {} }} {}",
            list.replace("SELECTED", selection),
            used.collect::<String>()
        );
        let answer = server.call(&admin, &query, Value::Null).await;
        let (one, many) = (&answer["data"]["one"], answer["data"]["many"].pointer(place).unwrap_or(&Value::Null));
        assert!(one.as_object().is_some_and(|fields| !fields.is_empty()), "{query}: {answer}");
        assert_eq!(one.to_string(), many.to_string(), "{query}");
        assert_eq!(errors_of(&answer, "one"), errors_of(&answer, "many"), "{query}");
    }
}

#[tokio::test]
async fn what_is_selected_twice_is_answered_once() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    server.attach(&admin, &asset, "Terms.pdf", fixtures::pdf()).await;
    let settings = json!({ "allowOriginal": true, "allowProxies": true, "allowAttachments": true });
    let link = server.public_link(&admin, &asset, settings).await;
    let shared = async |picture: &str, download: &str, rest: &str| {
        let query = format!(
            "query($token: String!) {{ sharedLink(token: $token) {{ assets {{ nodes {{
                thumbnail {{ {picture} }} downloads {{ {download} }} {rest} }} }} }} }}"
        );
        let variables = json!({ "token": link["url"].as_str().unwrap().rsplit('/').next() });
        let nodes = server.data("", &query, variables).await["sharedLink"]["assets"]["nodes"].clone();
        assert!(
            nodes[0]["downloads"].as_array().unwrap().len() > 1 && nodes[0]["thumbnail"]["url"].is_string(),
            "{nodes}"
        );
        nodes.to_string()
    };
    // Whatever is selected twice goes another way.
    assert_eq!(
        shared("url width height mediaType", "version label url mediaType byteSize", "id title").await,
        shared("url width width height mediaType", "version label label url mediaType byteSize", "id title title")
            .await
    );
    assert_eq!(
        shared("... { url } t: __typename", "url ... on SharedDownload { u: url }", "id").await,
        shared("... { url url } t: __typename", "url ... on SharedDownload { u: url u: url }", "id id").await
    );
}

#[tokio::test]
async fn two_lists_of_one_request_are_answered_as_each_alone() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    for index in 0..4 {
        let asset = server.upload(&admin, &format!("{index}.jpg"), fixtures::jpeg(40 + index, 30)).await["id"].clone();
        server.public_link(if index % 2 == 0 { &admin } else { &editor }, &asset, json!({})).await;
    }
    let selected = "id name createdBy { id name } target { ... on Asset { id title } }";
    let list = |alias: &str, args: &str| format!("{alias}: links({args}) {{ nodes {{ {selected} }} }}");
    let one = |list: &str| format!("{{ {list} }}");
    let (newest, oldest) = (list("newest", "first: 3"), list("oldest", "last: 3"));
    let edges =
        format!("edges: links(first: 3) {{ edges {{ node {{ ...Of }} }} }} }} fragment Of on Link {{ {selected} ");
    let both = server.data(&admin, &one(&format!("{newest} {oldest}")), Value::Null).await;
    assert_eq!(both["newest"]["nodes"].as_array().unwrap().len(), 3);
    assert_eq!(both["newest"], server.data(&admin, &one(&newest), Value::Null).await["newest"]);
    assert_eq!(both["oldest"], server.data(&admin, &one(&oldest), Value::Null).await["oldest"]);
    let edges = server.data(&admin, &one(&edges), Value::Null).await["edges"]["edges"].clone();
    let nodes: Vec<&Value> = edges.as_array().unwrap().iter().map(|edge| &edge["node"]).collect();
    assert_eq!(nodes, both["newest"]["nodes"].as_array().unwrap().iter().collect::<Vec<_>>());
}
