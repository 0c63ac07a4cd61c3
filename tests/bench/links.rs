//! Listing and making links, against the same SQL without anything around it.

use crate::{
    client::{Repeat, graphql},
    measure::{CONCURRENCY, Load, Row, compare},
};
use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;
use domain::{AssetId, LinkAction, LinkId, LinkKind, bearer::BearerToken};
use schema::{
    Page, VisibleAssets, VisibleLinks, assets,
    bearer_tokens::{self, Authenticated},
    link_events::NewLinkEvent,
    link_listing::{self, LinkFilter, LinkOrder, LinkPage},
    links,
    rights::Subject,
    users,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Api, Options, Running, fixtures, start_with};

pub(crate) const LIST: &str =
    "query($first: Int!) { links(first: $first) { nodes { id name kind state url createdAt viewCount
    target { ... on Asset { id number title kind } } createdBy { id name } } pageInfo { hasNextPage endCursor } } }";
pub(crate) const CREATE: &str = "mutation($input: CreatePublicLinkInput!) { createPublicLink(input: $input) {
    link { id url name } userErrors { code } } }";

/// What the bare statements need.
#[derive(Clone)]
struct Bare {
    pool: schema::Pool,
    token: BearerToken,
    now: DateTime<Utc>,
    asset: AssetId,
}

impl Bare {
    async fn new(server: &Running, token: &str) -> Self {
        let services = &server.services;
        let mut conn = services.pool.get().await.expect("a connection");
        let (token, now) = (BearerToken::attempt(token), services.now());
        let Authenticated { workspace, .. } =
            bearer_tokens::find_user(&mut conn, &token, now).await.expect("SQL").expect("a user");
        let page =
            assets::list(&mut conn, VisibleAssets::all(workspace.id), &assets::AssetFilter::default(), Page::first(1))
                .await;
        Self { pool: services.pool.clone(), token, now, asset: page.expect("SQL").rows[0].id }
    }
}

fn distinct<Id: Ord>(ids: impl Iterator<Item = Id>) -> Vec<Id> {
    ids.collect::<BTreeSet<Id>>().into_iter().collect()
}

/// A page of links, its targets and its creators.
struct BareList(Bare);

impl Load for BareList {
    async fn once(&mut self) {
        let Bare { pool, token, now, .. } = &self.0;
        let mut conn = pool.get().await.expect("a connection");
        let Authenticated { workspace, .. } =
            bearer_tokens::find_user(&mut conn, token, *now).await.expect("SQL").expect("a user");
        let visible = VisibleLinks { workspace: workspace.id, created_by: None };
        let page = LinkPage { limit: 50, after: None, before: None, from_end: false };
        let (filter, order) = (LinkFilter::default(), LinkOrder::default());
        let page = link_listing::list(&mut conn, visible, &filter, order, page, *now).await.expect("SQL");
        let targets = distinct(page.rows.iter().filter_map(|link| link.asset_id));
        let creators = distinct(page.rows.iter().map(|link| link.created_by));
        let targets = assets::by_ids(&mut conn, workspace.id, &targets).await.expect("SQL");
        let creators = users::by_ids(&conn, workspace.id, &creators).await.expect("SQL");
        assert!(page.rows.len() == 50 && targets.len() == 50 && creators.len() == 4);
    }
}

/// What is read before a link is made, its row, and that of its event.
struct BareCreate(Bare);

impl Load for BareCreate {
    async fn once(&mut self) {
        let Bare { pool, token, now, asset } = &self.0;
        let mut conn = pool.get().await.expect("a connection");
        let Authenticated { user, workspace, rights: everywhere, .. } =
            bearer_tokens::find_user(&mut conn, token, *now).await.expect("SQL").expect("a user");
        let subject = Subject { user: user.id, everywhere };
        assets::candidates(&mut conn, workspace.id, subject, &[*asset]).await.expect("SQL");
        let id = LinkId::new();
        let link = links::Link {
            id,
            workspace_id: workspace.id,
            kind: LinkKind::Public,
            asset_id: Some(*asset),
            collection_id: None,
            created_by: user.id,
            created_at: *now,
            updated_at: *now,
            token_sha256: [id.as_bytes().as_slice(), id.as_bytes()].concat(),
            token_version: 1,
            key_id: "key".to_owned(),
            password_hash: None,
            password_version: 1,
            settings: links::LinkSettings {
                name: "bare".to_owned(),
                description: None,
                show_creator: false,
                member_order: domain::MemberOrder::Position,
                allow_original: true,
                allow_proxies: false,
                allow_attachments: false,
                proxy_presets: None,
                starts_at: None,
                expires_at: None,
                max_downloads: None,
                watermark: false,
                person_search: false,
                cover_asset_id: None,
            },
            disabled_at: None,
            creator_disabled: false,
            view_count: 0,
            download_count: 0,
            last_accessed_at: None,
        };
        let event = NewLinkEvent {
            workspace_id: workspace.id,
            link_id: id,
            link_name: "bare".to_owned(),
            actor_id: Some(user.id),
            action: LinkAction::Created,
            changes: json!([{ "field": "name", "from": null, "to": "bare" }]),
            created_at: *now,
        };
        let stored = conn.transaction(async |conn| links::insert(conn, link, event).await);
        stored.await.expect("SQL");
    }
}

/// Makes so many links to 100 assets, by four people. Returns the token of the first of them, who is the administrator,
/// and the assets.
pub(crate) async fn fill(api: &Api, links: usize) -> (String, Vec<Value>) {
    let admin = api.admin().await;
    let mut makers = vec![admin.clone()];
    for name in ["Anna", "Bela", "Cleo"] {
        makers.push(api.user(&admin, name, "EDITOR").await);
    }
    let mut assets = Vec::new();
    for index in 0..100 {
        assets.push(api.upload(&admin, &format!("{index}.jpg"), fixtures::jpeg(8, 8)).await["id"].clone());
    }
    for index in 0..links {
        api.public_link(&makers[index % 4], &assets[index % 100], json!({ "allowOriginal": true })).await;
    }
    (admin, assets)
}

/// A server with 200 links.
pub(crate) async fn library() -> (Running, String, Value) {
    let server = start_with(Options { threads: 2, ..Options::default() }).await;
    let (admin, mut assets) = fill(&server, 200).await;
    (server, admin, assets.swap_remove(99))
}

pub(crate) async fn list() -> Vec<Row> {
    let (server, admin, _) = library().await;
    let mut statements = Vec::new();
    for first in [50, 5, 50] {
        let before = server.statements();
        server.data(&admin, LIST, json!({ "first": first })).await;
        statements.push(server.statements() - before);
    }
    let request = graphql(&admin, LIST, &json!({ "first": 50 }));
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..CONCURRENCY {
        ours.push(Repeat::new(&server.url, &request).await);
        bare.push(BareList(Bare::new(&server, &admin).await));
    }
    let figures = format!("{} for 5, {} for 50", statements[1], statements[2]);
    vec![
        compare("50 links with target and creator, against their bare SQL", ours, bare, "≥ 65 %").await,
        Row::alone("its SQL statements", figures, "the same"),
    ]
}

/// The variables of [`CREATE`] for a link to this asset.
pub(crate) fn to_create(asset: &Value) -> Value {
    json!({ "input": { "assetId": asset, "settings": { "allowOriginal": true } } })
}

pub(crate) async fn create() -> Vec<Row> {
    let (server, admin, asset) = library().await;
    let request = graphql(&admin, CREATE, &to_create(&asset));
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..CONCURRENCY {
        ours.push(Repeat::new(&server.url, &request).await);
        bare.push(BareCreate(Bare::new(&server, &admin).await));
    }
    vec![compare("`createPublicLink`, against its bare SQL", ours, bare, "≥ 40 %").await]
}
