//! The requests, and the libraries that they ask.

use crate::{client::graphql, links, shared_link};
use serde_json::json;
use tests::Running;

/// Their names.
pub(super) const REQUESTS: [&str; 4] = ["links", "assets", "shared-link", "create-public-link"];

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
    let (what, (server, token, query, variables)) = match name {
        "links" => {
            let (server, admin, _) = links::library().await;
            ("50 links with target and creator", (server, admin, links::LIST, json!({ "first": 50 })))
        }
        "create-public-link" => {
            let (server, admin, asset) = links::library().await;
            ("`createPublicLink`", (server, admin, links::CREATE, links::to_create(&asset)))
        }
        "assets" => {
            let (server, admin, _) = shared_link::library().await;
            ("50 assets with their pictures", (server, admin, ASSETS, json!({ "first": 50 })))
        }
        _ => {
            let (server, _, variables) = shared_link::library().await;
            ("`sharedLink` with 60 assets", (server, String::new(), shared_link::LINK, variables))
        }
    };
    // Nothing else is to work meanwhile.
    server.no_schedule().await;
    let data = server.data(&token, query, variables.clone()).await;
    assert!(data.as_object().is_some_and(|data| data.values().all(|field| !field.is_null())), "{data}");
    let request = graphql(&token, query, &variables);
    Question { what, server, request }
}
