//! What is asked, in the words of each program.

use super::programs::DIRECTUS_TOKEN;
use crate::client::graphql;
use serde_json::{Value, json};
use uuid::Uuid;

/// Links that one request makes, in the last question.
const MANY: usize = 100;

/// Whom a request is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Program {
    Vitrine,
    PostGraphile,
    Directus,
}

/// Where the links of an answer are, and what their parts are called.
pub(super) struct Names {
    pub(super) rows: &'static str,
    pub(super) id: &'static str,
    pub(super) asset: &'static str,
    pub(super) creator: &'static str,
}

/// What an answer must be like.
pub(super) enum Expected {
    /// It has the newest links.
    Newest(Names),
    /// So many rows have been added, of links and of members of collections.
    Added(usize),
}

/// A question in the words of one program.
pub(super) struct Asked {
    pub(super) program: Program,
    /// How it is asked.
    pub(super) how: &'static str,
    pub(super) request: Vec<u8>,
    pub(super) expected: Expected,
}

/// What a new link has, in Vitrine's terms and in those of the tables.
pub(super) struct NewLink {
    /// The token of the administrator, and ids of the API.
    pub(super) admin: String,
    pub(super) assets: Vec<Value>,
    /// The columns of a link to the first of these assets by the administrator.
    pub(super) workspace: Uuid,
    pub(super) asset: Uuid,
    pub(super) creator: Uuid,
}

const NAME: &str = "Press kit";

/// A field under so many names.
fn times(count: usize, field: &str) -> String {
    let fields: Vec<String> = (0..count).map(|index| format!("l{index}: {field}")).collect();
    fields.join(" ")
}

/// A request to the REST API of Directus.
fn rest(method: &str, path: &str, body: Option<&Value>) -> Vec<u8> {
    let body = body.map(Value::to_string).unwrap_or_default();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {DIRECTUS_TOKEN}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The 50 newest links, each with its asset and its creator.
pub(super) fn listing(admin: &str) -> Vec<Asked> {
    let ours = "{ links(first: 50) { nodes { id name kind createdAt viewCount
        target { ... on Asset { id number title kind } } createdBy { id name } } } }";
    let postgraphile = "{ allLinks(first: 50, orderBy: PRIMARY_KEY_DESC) { nodes { rowId name kind createdAt viewCount
        allAssetByAssetId { rowId number title kind } userByCreatedBy { rowId name } } } }";
    let by_graphql = r#"{ links(limit: 50, sort: ["-id"]) { id name kind created_at view_count
        asset_id { id number title kind } created_by { id name } } }"#;
    let by_rest = "/items/links?limit=50&sort=-id&fields=id,name,kind,created_at,view_count,asset_id.id,\
        asset_id.number,asset_id.title,asset_id.kind,created_by.id,created_by.name";
    let asked = |program, how, request, rows, [id, asset, creator]: [&'static str; 3]| {
        let expected = Expected::Newest(Names { rows, id, asset, creator });
        Asked { program, how, request, expected }
    };
    let send = |token: &str, query: &str| graphql(token, query, &json!({})).into_bytes();
    let columns = ["id", "asset_id", "created_by"];
    vec![
        asked(Program::Vitrine, "GraphQL", send(admin, ours), "/data/links/nodes", ["id", "target", "createdBy"]),
        asked(
            Program::PostGraphile,
            "GraphQL",
            send("", postgraphile),
            "/data/allLinks/nodes",
            ["rowId", "allAssetByAssetId", "userByCreatedBy"],
        ),
        asked(Program::Directus, "REST", rest("GET", by_rest, None), "/data", columns),
        asked(Program::Directus, "GraphQL", send(DIRECTUS_TOKEN, by_graphql), "/data/links", columns),
    ]
}

/// A row of `links` as somebody who makes a link would fill it.
fn row(link: &NewLink, names: [&str; 3]) -> Value {
    let [workspace, asset, creator] = names;
    json!({ "kind": "PUBLIC", "name": NAME, workspace: link.workspace, asset: link.asset, creator: link.creator })
}

/// So many links to one asset.
fn creation(link: &NewLink, count: usize, how: [&'static str; 3]) -> Vec<Asked> {
    let field = "createPublicLink(input: $input) { link { id name } userErrors { code } }";
    let query = format!("mutation($input: CreatePublicLinkInput!) {{ {} }}", times(count, field));
    let input = json!({ "assetId": link.assets[0], "settings": { "name": NAME, "allowOriginal": true } });
    let ours = graphql(&link.admin, &query, &json!({ "input": input })).into_bytes();

    let query = times(count, "createLink(input: { link: $link }) { link { rowId name } }");
    let variables = json!({ "link": row(link, ["workspaceId", "assetId", "createdBy"]) });
    let postgraphile = graphql("", &format!("mutation($link: LinkInput!) {{ {query} }}"), &variables).into_bytes();

    let item = row(link, ["workspace_id", "asset_id", "created_by"]);
    let items = if count == 1 { item } else { Value::Array(vec![item; count]) };
    let directus = rest("POST", "/items/links?fields=id,name", Some(&items));

    [(Program::Vitrine, ours), (Program::PostGraphile, postgraphile), (Program::Directus, directus)]
        .into_iter()
        .zip(how)
        .map(|((program, request), how)| Asked { program, how, request, expected: Expected::Added(count) })
        .collect()
}

/// One link.
pub(super) fn share(link: &NewLink) -> Vec<Asked> {
    creation(link, 1, ["`createPublicLink`", "`createLink`", "REST, an item"])
}

/// A hundred links in one request; and Vitrine's own way to share a hundred assets, which is one link to all of them.
pub(super) fn shares(link: &NewLink) -> Vec<Asked> {
    let mut all = creation(link, MANY, ["`createPublicLink`, 100 times", "`createLink`, 100 times", "REST, 100 items"]);
    let query = "mutation($input: ShareAssetsInput!) { shareAssets(input: $input) {
        link { id name } shared userErrors { code } } }";
    let input = json!({ "assetIds": link.assets, "settings": { "name": NAME, "allowOriginal": true } });
    all.push(Asked {
        program: Program::Vitrine,
        how: "`shareAssets`, one link to 100",
        request: graphql(&link.admin, query, &json!({ "input": input })).into_bytes(),
        expected: Expected::Added(link.assets.len() + 1),
    });
    all
}
