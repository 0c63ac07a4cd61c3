//! What is always there: home, playground, health.

use tests::start;

#[tokio::test]
async fn the_playground_needs_nothing_from_elsewhere() {
    let server = start().await;
    let visitor = server.visitor();
    let page = visitor.get("/graphiql").await;
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("http") && !policy.contains("unsafe-eval"),
        "{policy}"
    );
    let text = page.text().await.unwrap();
    let addresses: Vec<_> = text.split(&['"', '\''][..]).filter(|part| part.starts_with("/graphiql/")).collect();
    assert!(addresses.len() >= 4, "{addresses:?}");
    for address in addresses {
        let file = visitor.get(address).await;
        assert_eq!(file.status(), 200, "{address}");
        assert_eq!(file.headers()["x-content-type-options"], "nosniff", "{address}");
        assert!(!file.bytes().await.unwrap().is_empty());
    }
    let tabs: serde_json::Value = visitor.get("/graphiql/operations.json").await.json().await.unwrap();
    let mut shown: Vec<_> =
        tabs.as_array().unwrap().iter().map(|tab| tab["query"].as_str().unwrap().to_owned()).collect();
    let examples = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../graphql/operations")).unwrap();
    let mut examples: Vec<_> = examples.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    shown.sort();
    examples.sort();
    assert_eq!(shown, examples, "each example is a tab");
}

#[tokio::test]
async fn each_route_answers_what_it_should() {
    let server = start().await;
    let visitor = server.visitor();
    for (path, status, media_type) in [
        ("/", 200, "text/html"),
        ("/healthz", 200, "text/plain"),
        ("/readyz", 200, "text/plain"),
        ("/assets/pages.css", 200, "text/css"),
        ("/assets/icon.svg", 200, "image/svg+xml"),
        ("/nothing", 404, "text/html"),
        ("/assets/../../etc/passwd", 404, "text/html"),
        ("/graphiql/operations.json", 200, "application/json"),
    ] {
        let response = visitor.get(path).await;
        assert_eq!(response.status(), status, "{path}");
        let found = response.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(found.starts_with(media_type), "{path}: {found}");
        assert!(response.headers().contains_key("x-request-id"), "{path}");
    }
}
