//! A listing costs the same number of SQL statements however long it is.

use serde_json::{Value, json};
use tests::{fixtures, start};

#[tokio::test]
async fn the_number_of_statements_does_not_depend_on_the_page() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    for index in 0..12 {
        let asset = server.upload(&admin, &format!("{index}.jpg"), fixtures::jpeg(8, 8)).await["id"].clone();
        server.attach(&admin, &asset, "terms.pdf", fixtures::pdf()).await;
        let maker = if index % 2 == 0 { &admin } else { &editor };
        server.public_link(maker, &asset, json!({ "allowProxies": true })).await;
    }
    let links = "query($first: Int!) { links(first: $first) { nodes { id name state url settings { proxyPresets }
        preparation { total } createdBy { name storage { used } } target { ... on Asset { id title proxies { state } attachments { id } } } } } }";
    let assets = "query($first: Int!) { assets(first: $first) { nodes { id title sharing { canShare } proxies { state }
        attachments { fileName } } } }";
    for query in [links, assets] {
        let mut counts = Vec::new();
        for first in [1, 3, 12] {
            let before = server.statements();
            let data: Value = server.data(&admin, query, json!({ "first": first })).await;
            let nodes = data.as_object().unwrap().values().next().unwrap()["nodes"].as_array().unwrap();
            assert_eq!(nodes.len(), first);
            counts.push(server.statements() - before);
        }
        assert!(counts[0] > 1 && counts.iter().all(|count| *count == counts[0]), "{counts:?} for {query}");
    }
}
