//! Connections below the nodes of a page: loaded together, and the same as if each were asked for alone.

use serde_json::{Value, json};
use tests::{Running, start};

/// Some assets, links and collections of two users.
async fn fill(server: &Running, admin: &str, eddi: &str) {
    let mut assets = Vec::new();
    for index in 0..4 {
        assets.push(server.upload(admin, &format!("{index}.txt"), format!("text {index}")).await["id"].clone());
    }
    for (index, asset) in assets.iter().enumerate() {
        for count in 0..=index {
            let maker = if count % 2 == 0 { admin } else { eddi };
            server.public_link(maker, asset, json!({ "name": format!("{index} by {}", 9 - count) })).await;
        }
        server.download_link(admin, json!({ "assetId": asset, "name": format!("{index} as a download") })).await;
    }
    for index in 0..3 {
        let collection = server.collection(admin, &format!("C{index}"), &assets[index..]).await;
        server.collection_link(admin, &collection, json!({ "name": format!("all of C{index}") })).await;
        server.collection_link(eddi, &collection, json!({ "name": format!("Eddi's C{index}") })).await;
    }
}

#[tokio::test]
async fn a_connection_below_a_page_is_the_same_as_alone() {
    let server = start().await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    fill(&server, &admin, &eddi).await;
    let page = "totalCount isEstimate pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
    let links = format!("{page} edges {{ cursor node {{ name createdBy {{ name }} }} }}");
    let assets = format!("{page} nodes {{ title links(first: 1) {{ totalCount nodes {{ name }} }} }}");
    for (list, one, field) in [
        ("assets", "asset", format!("links {{ {links} }}")),
        ("assets", "asset", format!("links(first: 2, orderBy: {{ field: NAME }}) {{ {links} }}")),
        ("assets", "asset", format!("links(first: 2, orderBy: {{ field: DOWNLOADS }}) {{ {links} }}")),
        ("assets", "asset", format!("links(first: 1, orderBy: {{ field: CREATED, direction: ASC }}) {{ {links} }}")),
        ("assets", "asset", format!("links(filter: {{ kind: PUBLIC, search: \"by\" }}) {{ {links} }}")),
        ("assets", "asset", format!("links(first: 0, filter: {{ state: ACTIVE }}) {{ {links} }}")),
        ("assets", "asset", format!("links(filter: {{ state: EXPIRED }}) {{ {links} }}")),
        ("collections", "collection", format!("links(first: 1) {{ {links} }}")),
        ("collections", "collection", format!("links(first: 5, orderBy: {{ field: EXPIRES }}) {{ {links} }}")),
        ("collections", "collection", format!("assets {{ {assets} }}")),
        ("collections", "collection", format!("assets(first: 1) {{ {assets} }}")),
        ("collections", "collection", format!("a: assets(first: 1) {{ {assets} }} b: assets(first: 2) {{ {assets} }}")),
    ] {
        for token in [&admin, &eddi] {
            let query = format!("{{ {list} {{ nodes {{ id {field} }} }} }}");
            let together = server.data(token, &query, Value::Null).await;
            let nodes = together[list]["nodes"].as_array().unwrap();
            assert!(nodes.len() >= 3);
            for node in nodes {
                let query = format!("query($id: ID!) {{ {one}(id: $id) {{ id {field} }} }}");
                let alone = server.data(token, &query, json!({ "id": node["id"] })).await;
                assert_eq!(&alone[one], node, "{field}");
            }
        }
    }
}

#[tokio::test]
async fn pages_below_a_page_go_on_after_a_cursor() {
    let server = start().await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    fill(&server, &admin, &eddi).await;
    // All collections share positions, and thus cursors.
    let query = "query($after: String) { collections { nodes { name assets(first: 1, after: $after) {
        nodes { title } pageInfo { endCursor hasNextPage hasPreviousPage } } } } }";
    let mut seen: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    let mut after = Value::Null;
    for _ in 0..4 {
        let data = server.data(&admin, query, json!({ "after": after })).await;
        for node in data["collections"]["nodes"].as_array().unwrap() {
            assert_eq!(node["assets"]["pageInfo"]["hasPreviousPage"], !after.is_null());
            let titles =
                node["assets"]["nodes"].as_array().unwrap().iter().map(|asset| asset["title"].as_str().unwrap());
            seen.entry(node["name"].as_str().unwrap().to_owned()).or_default().extend(titles);
        }
        let longest = data["collections"]["nodes"].as_array().unwrap().last().unwrap();
        assert_eq!(longest["name"], "C0");
        after = longest["assets"]["pageInfo"]["endCursor"].clone();
    }
    let seen: Vec<(&str, &str)> = seen.iter().map(|(name, titles)| (name.as_str(), titles.as_str())).collect();
    assert_eq!(seen, [("C0", "0123"), ("C1", "123"), ("C2", "23")]);
    for (list, field) in
        [("assets", "links(after: \"x\")"), ("collections", "assets(after: \"x\")"), ("assets", "links(first: 101)")]
    {
        let query = format!("{{ {list} {{ nodes {{ {field} {{ totalCount }} }} }} }}");
        let answer = server.call(&admin, &query, Value::Null).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    }
}

#[tokio::test]
async fn links_below_a_page_are_those_that_the_viewer_may_see() {
    let server = start().await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    fill(&server, &admin, &eddi).await;
    let query = "{ assets { nodes { links { totalCount nodes { createdBy { name } } } } }
        collections { nodes { links { totalCount nodes { createdBy { name } } } } } }";
    let data = server.data(&eddi, query, Value::Null).await;
    let mut seen = 0;
    for list in ["assets", "collections"] {
        for node in data[list]["nodes"].as_array().unwrap() {
            let links = node["links"]["nodes"].as_array().unwrap();
            assert_eq!(node["links"]["totalCount"], links.len());
            assert!(links.iter().all(|link| link["createdBy"]["name"] == "Eddi"), "{links:?}");
            seen += links.len();
        }
    }
    assert!(seen > 6, "{data}");
}
