//! Listing and opening links where there are a million, against where there are few; and assets by the hundred
//! thousand.

use crate::{
    client::{Client, Repeat, graphql},
    measure::{CONCURRENCY, Row, compare, median},
};
use serde_json::{Value, json};
use std::time::Instant;
use tests::{Options, Running, many_assets, many_links, many_shares, start_with};

const MANY: usize = 1_000_000;
const FEW: usize = 1_000;
const ASSETS: usize = 200_000;

/// Measurements of each listing, and requests before them that are not measured. They take milliseconds.
const ROUNDS: usize = 201;
const WARM: usize = 5;

pub(crate) const LIST: &str = "query($filter: LinkFilter, $order: LinkOrder, $after: String) {
    links(first: 50, filter: $filter, orderBy: $order, after: $after) {
        nodes { id name kind state url createdAt } pageInfo { hasNextPage endCursor } } }";

pub(crate) const TOTAL: &str =
    "query($filter: LinkFilter) { links(first: 1, filter: $filter) { nodes { id } totalCount isEstimate } }";

/// The same without the total.
const NO_TOTAL: &str = "query($filter: LinkFilter) { links(first: 1, filter: $filter) { nodes { id } } }";

pub(crate) const LIST_ASSETS: &str = "query($filter: AssetFilter) {
    assets(first: 50, filter: $filter) { nodes { id number title kind } pageInfo { hasNextPage endCursor } } }";

async fn filled(count: usize) -> (Running, String) {
    let server = start_with(Options { threads: 2, ..Options::default() }).await;
    let admin = server.admin().await;
    server.sql(many_assets(1_000)).await;
    server.sql(many_links(count)).await;
    server.sql(many_shares(count / 50, count / 100, 5)).await;
    vacuum(&server).await;
    (server, admin)
}

/// Postgres itself does so soon after so many changes, and then counts by indexes alone.
async fn vacuum(server: &Running) {
    server.sql("VACUUM ANALYZE").await;
}

/// Somebody who made one link in ten thousand.
async fn one_of_many(server: &Running, admin: &str) -> String {
    let editor = server.user(admin, "Eddi", "EDITOR").await;
    let assign = "UPDATE links SET created_by = (SELECT id FROM users WHERE name = 'Eddi')
        WHERE token_sha256 < '\\x0008'; ANALYZE links";
    server.sql(assign).await;
    editor
}

/// The cursor of the row in front of the 1,000th page.
async fn deep(server: &Running, admin: &str) -> Value {
    let mut cursor = Value::Null;
    let query = "query($after: String) { links(first: 100, after: $after) { pageInfo { endCursor } } }";
    for _ in 0..500 {
        let data = server.data(admin, query, json!({ "after": cursor })).await;
        cursor = data["links"]["pageInfo"]["endCursor"].clone();
    }
    cursor
}

/// Leads many links to the first collection that is listed.
async fn to_one_collection(server: &Running) {
    let many = "UPDATE links SET asset_id = NULL, collection_id = (SELECT id FROM collections ORDER BY id DESC LIMIT 1)
        WHERE token_sha256 BETWEEN '\\x0100' AND '\\x0108' AND kind = 'PUBLIC'; ANALYZE links";
    server.sql(many).await;
}

/// Every listing with a filter or another order: what it is, and its variables.
pub(crate) async fn listings(server: &Running, admin: &str) -> Vec<(String, Value)> {
    let now = server.services.now().to_rfc3339();
    let some = "{ viewer { id } assets(first: 1) { nodes { id } } collections(first: 1) { nodes { id } } }";
    let data = server.data(admin, some, Value::Null).await;
    let mut all = Vec::new();
    let mut filter = |name: &str, filter: Value| all.push((name.to_owned(), json!({ "filter": filter })));
    filter("kind", json!({ "kind": "DOWNLOAD" }));
    for state in ["SCHEDULED", "ACTIVE", "EXPIRED", "EXHAUSTED", "DISABLED"] {
        filter(state, json!({ "state": state }));
    }
    filter("assetId", json!({ "assetId": data["assets"]["nodes"][0]["id"] }));
    filter("collectionId", json!({ "collectionId": data["collections"]["nodes"][0]["id"] }));
    filter("createdById", json!({ "createdById": data["viewer"]["id"] }));
    filter("search, frequent", json!({ "search": "press kit" }));
    filter("search, rare", json!({ "search": "c0ffe" }));
    filter("search, of frequent words", json!({ "search": "press kit 77 for ab" }));
    filter("search, of frequent words that no name has together", json!({ "search": "kit for" }));
    filter("search, one in a hundred", json!({ "search": "kit 77" }));
    filter("state and kind", json!({ "state": "EXPIRED", "kind": "DOWNLOAD" }));
    filter("expiresBefore", json!({ "expiresBefore": now }));
    filter("expiresAfter", json!({ "expiresAfter": now }));
    for field in ["EXPIRES", "NAME", "DOWNLOADS"] {
        all.push((format!("by {field}"), json!({ "order": { "field": field } })));
    }
    all
}

/// Milliseconds of two requests that take turns, after some that warm up what they need: what slows down the machine
/// for a while slows down both.
async fn time(client: &mut Client, requests: [&str; 2]) -> [f64; 2] {
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..WARM + ROUNDS {
        for (request, times) in requests.iter().zip(&mut times) {
            let start = Instant::now();
            client.send(request.as_bytes()).await;
            let answer = client.answer().await;
            let body = client.body(answer).await;
            if round >= WARM {
                times.push(start.elapsed().as_secs_f64() * 1000.0);
            }
            assert!(body.windows(7).any(|part| part == b"\"nodes\""), "{}", String::from_utf8_lossy(&body));
        }
    }
    times.map(median)
}

pub(crate) async fn run() -> Vec<Row> {
    let (large, admin) = filled(MANY).await;
    let mut client = Client::connect(&large.url).await;
    let first_page = graphql(&admin, LIST, &json!({}));
    let editor = one_of_many(&large, &admin).await;
    to_one_collection(&large).await;
    vacuum(&large).await;
    let mut requests: Vec<_> = Vec::new();
    let with_and_without = |variables: &Value| [TOTAL, NO_TOTAL].map(|query| graphql(&admin, query, variables));
    let mut totals = vec![("all".to_owned(), with_and_without(&json!({})))];
    let deep = ("the 1,000th page".to_owned(), json!({ "after": deep(&large, &admin).await }));
    for (name, variables) in std::iter::once(deep).chain(listings(&large, &admin).await) {
        requests.push((name.clone(), graphql(&admin, LIST, &variables)));
        if variables["filter"].is_object() {
            totals.push((name, with_and_without(&variables)));
        }
    }
    requests.push(("all of one who made few".to_owned(), graphql(&editor, LIST, &json!({}))));
    let by_name = json!({ "order": { "field": "NAME" }, "filter": { "state": "ACTIVE" } });
    requests.push(("ACTIVE by NAME".to_owned(), graphql(&admin, LIST, &by_name)));
    let mut rows = against_first_page(&mut client, "listing 1,000,000 links", "≤ 1.5 ×", &first_page, requests).await;
    for (name, [with, without]) in totals {
        let [with, without] = time(&mut client, [&with, &without]).await;
        rows.push(Row {
            what: format!("the first of 1,000,000 links with `totalCount`, against without: {name}"),
            ours: format!("{with:.2} ms"),
            baseline: format!("{without:.2} ms"),
            ratio: format!("{:+.2} ms", with - without),
            wanted: "< +5 ms".to_owned(),
        });
    }
    rows.push(opening(&large, &admin).await);
    rows
}

/// Pages of assets.
pub(crate) async fn run_assets() -> Vec<Row> {
    let server = start_with(Options { threads: 2, ..Options::default() }).await;
    let admin = server.admin().await;
    server.sql(many_assets(ASSETS)).await;
    server.sql("UPDATE assets SET kind = 'DOCUMENT' WHERE number % 10000 = 7; ANALYZE all_assets").await;
    let filters = [
        ("kind, frequent", json!({ "kind": "IMAGE" })),
        ("kind, rare", json!({ "kind": "DOCUMENT" })),
        ("search, frequent", json!({ "search": "picture" })),
        ("search, rare", json!({ "search": "104771" })),
        ("search, a whole title", json!({ "search": "Picture 104771" })),
        ("search, of frequent words that no title has together", json!({ "search": "picture picture" })),
        ("search, a number", json!({ "search": "VTR-104711" })),
    ];
    let request = |filter: &Value| graphql(&admin, LIST_ASSETS, &json!({ "filter": filter }));
    let requests = filters.map(|(name, filter)| (name.to_owned(), request(&filter))).into();
    let mut client = Client::connect(&server.url).await;
    against_first_page(&mut client, "listing 200,000 assets", "–", &request(&Value::Null), requests).await
}

async fn against_first_page(
    client: &mut Client,
    what: &str,
    wanted: &str,
    first_page: &str,
    requests: Vec<(String, String)>,
) -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, request) in requests {
        let [first, this] = time(client, [first_page, &request]).await;
        rows.push(Row {
            what: format!("{what}: {name}"),
            ours: format!("{this:.2} ms"),
            baseline: format!("{first:.2} ms"),
            ratio: format!("{:.2} ×", this / first),
            wanted: wanted.to_owned(),
        });
    }
    rows
}

/// A link's page, where there are many and where there are few.
async fn opening(large: &Running, admin: &str) -> Row {
    let (small, other) = filled(FEW).await;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for (server, token, loads) in [(large, admin, &mut ours), (&small, other.as_str(), &mut theirs)] {
        let asset = server.data(token, "{ assets(first: 1) { nodes { id } } }", Value::Null).await["assets"]["nodes"]
            [0]["id"]
            .clone();
        let link = server.public_link(token, &asset, Value::Null).await;
        let path = link["url"].as_str().and_then(|url| url.strip_prefix(&server.url)).expect("a path").to_owned();
        for _ in 0..CONCURRENCY {
            loads.push(Repeat::new(&server.url, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")).await);
        }
    }
    compare("opening a link among 1,000,000, against among 1,000", ours, theirs, "≥ 83 % (1.2 ×)").await
}
