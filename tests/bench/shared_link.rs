//! What a page of another site asks of a link to 60 photographs, against the same SQL without anything around it.

use crate::{
    client::{Repeat, graphql},
    measure::{CONCURRENCY, Load, Row, compare},
};
use domain::{AssetId, token::LinkToken};
use schema::{
    attachments, collections,
    links::{self, LinkRequest},
    proxies,
};
use serde_json::{Value, json};
use tests::{Options, Running, fixtures, start_with};

const ASSETS: usize = 60;

pub(crate) const LINK: &str = "query($token: String!, $grant: String) { sharedLink(token: $token, grant: $grant) {
    locked grant name expiresAt watermark assets(first: 60) { nodes { id title kind width height pending
    thumbnail { url width height } previewUrl downloads { version label url byteSize } }
    pageInfo { hasNextPage endCursor } } } }";

/// The statements of the answer.
struct Bare {
    pool: schema::Pool,
    token: LinkToken,
}

impl Load for Bare {
    async fn once(&mut self) {
        let mut conn = self.pool.get().await.expect("a connection");
        let request = LinkRequest { token_sha256: self.token.sha256(), asset: None, preset: None };
        let opened = links::by_tokens(&mut conn, &[request]).await.expect("SQL").pop().flatten().expect("a link");
        let collection = opened.link.collection_id.expect("a collection");
        let page = collections::shared_members(&mut conn, collection, opened.creator(), 60, None).await.expect("SQL");
        let ids: Vec<AssetId> = page.rows.iter().map(|member| member.asset.id).collect();
        let proxies = proxies::of_assets(&conn, &ids).await.expect("SQL");
        let attachments = attachments::of_assets(&conn, &ids).await.expect("SQL");
        assert!(ids.len() == ASSETS && proxies.len() == 3 * ASSETS && attachments.is_empty());
    }
}

/// A server with a link to assets whose pictures are made, a token of its administrator, and the variables of [`LINK`].
pub(crate) async fn library() -> (Running, String, Value) {
    let server = start_with(Options { threads: 2, ..Options::default() }).await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 0..ASSETS {
        assets.push(server.upload(&admin, &format!("{index}.jpg"), fixtures::jpeg(400, 300)).await["id"].clone());
    }
    let workers = server.workers();
    for asset in &assets {
        server.proxies(&admin, asset).await;
    }
    workers.stop().await;
    let collection = server.collection(&admin, "Season", &assets).await;
    let link =
        server.collection_link(&admin, &collection, json!({ "allowOriginal": true, "allowProxies": true })).await;
    let token = link["url"].as_str().and_then(|url| url.rsplit('/').next()).expect("a token");
    let first = server.data("", LINK, json!({ "token": token, "grant": Value::Null })).await;
    let variables = json!({ "token": token, "grant": first["sharedLink"]["grant"] });
    (server, admin, variables)
}

pub(crate) async fn run() -> Vec<Row> {
    let (server, _, variables) = library().await;
    let token = variables["token"].as_str().expect("a token");
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..CONCURRENCY {
        ours.push(Repeat::new(&server.url, &graphql("", LINK, &variables)).await);
        bare.push(Bare { pool: server.services.pool.clone(), token: token.parse().expect("a token") });
    }
    vec![compare("sharedLink with 60 assets, against its bare SQL", ours, bare, "≥ 40 %").await]
}
