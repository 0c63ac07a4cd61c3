//! The requests, and the libraries that they ask.

use crate::{client::graphql, links, shared_link};
use serde_json::{Value, json};
use tests::Running;

/// Their names.
pub(super) const REQUESTS: [&str; 6] =
    ["links", "assets", "shared-link", "create-public-link", "link-page", "gallery-page"];

const ASSETS: &str = "query($first: Int!) { assets(first: $first) { nodes { id number title kind width height createdAt
    proxies { preset state url width height } } pageInfo { hasNextPage endCursor } } }";

/// A request that is ready to be sent.
pub(super) struct Question {
    pub(super) what: &'static str,
    pub(super) server: Running,
    /// As it goes over the line.
    pub(super) request: String,
}

/// Makes the library and the request of this name.
pub(super) async fn prepare(name: &str) -> Question {
    let question = match name {
        "links" => {
            let (server, admin, _) = links::library().await;
            call("50 links with target and creator", server, &admin, links::LIST, json!({ "first": 50 })).await
        }
        "create-public-link" => {
            let (server, admin, asset) = links::library().await;
            call("`createPublicLink`", server, &admin, links::CREATE, links::to_create(&asset)).await
        }
        "assets" => {
            let (server, admin, _) = shared_link::library().await;
            call("50 assets with their pictures", server, &admin, ASSETS, json!({ "first": 50 })).await
        }
        "link-page" => {
            let (server, admin, asset) = links::library().await;
            let link = server.public_link(&admin, &asset, json!({})).await;
            let path = link["url"].as_str().and_then(|url| url.strip_prefix(&server.url)).expect("a path").to_owned();
            page("the page of a link to one asset", server, &path).await
        }
        "gallery-page" => {
            let (server, _, variables) = shared_link::library().await;
            let path = format!("/s/{}", variables["token"].as_str().expect("a token"));
            page("the page of a gallery of 60", server, &path).await
        }
        _ => {
            let (server, _, variables) = shared_link::library().await;
            call("`sharedLink` with 60 assets", server, "", shared_link::LINK, variables).await
        }
    };
    // Nothing else is to work meanwhile.
    question.server.no_schedule().await;
    question
}

async fn call(what: &'static str, server: Running, token: &str, query: &str, variables: Value) -> Question {
    let data = server.data(token, query, variables.clone()).await;
    assert!(data.as_object().is_some_and(|data| data.values().all(|field| !field.is_null())), "{data}");
    Question { what, request: graphql(token, query, &variables), server }
}

async fn page(what: &'static str, server: Running, path: &str) -> Question {
    assert_eq!(server.visitor().get(path).await.status(), 200);
    Question { what, request: format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"), server }
}
