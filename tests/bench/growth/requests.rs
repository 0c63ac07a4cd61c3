//! What visitors and owners ask for.

use super::{
    library::Library,
    request::{Request, Send},
};
use crate::many::{LIST, LIST_ASSETS, TOTAL, listings};
use schema::periodic::PeriodicJob;
use serde_json::{Value, json};

/// All of them, the same at each size.
pub(super) async fn all(library: &Library, size: usize) -> Vec<Request> {
    let mut all = visits(library).await;
    all.extend(pages(library, size));
    all.extend(links(library).await);
    all.extend(assets(size));
    all.extend(other_listings(library));
    all.extend(changes(library));
    // The last ones, because they tidy up.
    all.push(Request { what: "the job `reconcile`".to_owned(), send: Send::Job(PeriodicJob::Reconcile) });
    all.push(Request { what: "the job `prune_logs`".to_owned(), send: Send::Job(PeriodicJob::PruneLogs) });
    all.push(Request { what: "the job `sweep_expired`".to_owned(), send: Send::Job(PeriodicJob::SweepExpired) });
    all
}

fn call(what: &str, query: &str, variables: impl Fn(usize) -> Value + std::marker::Send + Sync + 'static) -> Request {
    Request { what: what.to_owned(), send: Send::Call(query.to_owned(), Box::new(variables)) }
}

fn query(what: &str, query: &str, variables: Value) -> Request {
    call(what, query, move |_| variables.clone())
}

/// What visitors do.
async fn visits(library: &Library) -> Vec<Request> {
    let Library { single, gallery, download, complete, .. } = library;
    let thumbnail = "query($id: ID!) { asset(id: $id) { thumbnailUrl } }";
    let answer = library.server.data(&library.admin, thumbnail, json!({ "id": library.asset })).await;
    let url = answer["asset"]["thumbnailUrl"].as_str().expect("a URL");
    let thumbnail = url.strip_prefix(&library.server.url).unwrap_or(url).to_owned();
    let visit = |what: &str, path: String| Request { what: format!("visitor: {what}"), send: Send::Visit(path) };
    let token = gallery.rsplit_once('/').expect("a token").1.to_owned();
    let shared = "query($token: String!) { sharedLink(token: $token) { name archive { byteSize } assets(first: 60) {
        totalCount nodes { id thumbnail { url } previewUrl downloads { url } } } } }";
    vec![
        visit("the page of a link to one asset", single.clone()),
        visit("the page of a gallery of 60", gallery.clone()),
        visit("the gallery by name", format!("{gallery}?order=name")),
        visit("a search in the gallery", format!("{gallery}?search=picture")),
        visit("the gallery's layout", format!("{gallery}/layout")),
        visit("a picture's page in the gallery", library.file(gallery, "").trim_end_matches('/').to_owned()),
        visit("a preview", library.file(single, "preview")),
        visit("a signed thumbnail", thumbnail),
        visit("a download", library.file(single, "original")),
        visit("a download link", download.clone()),
        visit("a zip", format!("{complete}/archive.zip")),
        Request {
            what: "visitor: an unknown link".to_owned(),
            send: Send::Miss("/s/0123456789abcdefghijkl".to_owned()),
        },
        query("visitor: `sharedLink`", shared, json!({ "token": token })),
    ]
}

/// The pages of signed-in users.
fn pages(library: &Library, size: usize) -> Vec<Request> {
    let link = library.link["id"].as_str().expect("an id");
    [
        ("the library", "/library".to_owned()),
        ("a search in the library", format!("/library?search={}", size - 229)),
        ("an asset", format!("/a/VTR-{}", size / 2 + 5)),
        ("the bin", "/bin".to_owned()),
        ("my links", "/links".to_owned()),
        ("a search in my links", "/links?search=press".to_owned()),
        ("a link", format!("/links/{link}")),
        ("people", "/people".to_owned()),
    ]
    .map(|(what, path)| Request { what: format!("page: {what}"), send: Send::Page(path) })
    .into()
}

/// Listings of links, and their numbers.
async fn links(library: &Library) -> Vec<Request> {
    let last = "{ links(last: 50) { nodes { id name state } pageInfo { hasPreviousPage } } }";
    let mut all = vec![
        query("`links`", LIST, Value::Null),
        query("`links`: the last page", last, Value::Null),
        query("`totalCount` of links", TOTAL, Value::Null),
    ];
    for (name, variables) in listings(&library.server, &library.admin).await {
        if variables["filter"].is_object() {
            all.push(query(&format!("`totalCount` of links: {name}"), TOTAL, variables.clone()));
        }
        all.push(query(&format!("`links`: {name}"), LIST, variables));
    }
    all
}

/// Listings of assets. What is rare is one of the newest.
fn assets(size: usize) -> Vec<Request> {
    let total = "query($filter: AssetFilter) { assets(first: 1, filter: $filter) { nodes { id } totalCount } }";
    let filters = [
        ("kind, frequent", json!({ "kind": "IMAGE" })),
        ("kind, rare", json!({ "kind": "DOCUMENT" })),
        ("search, frequent", json!({ "search": "picture" })),
        ("search, rare", json!({ "search": format!("DSC_{}", size - 229) })),
        ("search, nothing", json!({ "search": "zebra crossing" })),
        ("search, a whole title", json!({ "search": format!("Picture {} of season", size - 229) })),
        ("search, a number", json!({ "search": format!("VTR-{}", size - 229) })),
        ("the bin", json!({ "deleted": true })),
    ];
    let mut all = vec![
        query("`assets`", LIST_ASSETS, Value::Null),
        query("`totalCount` of assets", total, Value::Null),
        query(
            "`asset` with links, collections and statistics",
            "query($number: String) { asset(number: $number) { title rights viewCount links(first: 5) { nodes { url } }
                collections(first: 5) { nodes { name } } statistics { total { views } days(last: 7) { views } } } }",
            json!({ "number": format!("VTR-{}", size / 2 + 5) }),
        ),
    ];
    for (name, filter) in filters {
        all.push(query(&format!("`totalCount` of assets: {name}"), total, json!({ "filter": filter })));
        all.push(query(&format!("`assets`: {name}"), LIST_ASSETS, json!({ "filter": filter })));
    }
    all
}

/// Other listings, and what is asked for with them.
fn other_listings(library: &Library) -> Vec<Request> {
    let collections = "query($filter: CollectionFilter) { collections(first: 50, filter: $filter) {
        nodes { id name createdBy { name } } pageInfo { hasNextPage } } }";
    let total =
        "query($filter: CollectionFilter) { collections(first: 1, filter: $filter) { nodes { id } totalCount } }";
    let events = "query($filter: LinkEventFilter) { linkEvents(first: 50, filter: $filter) {
        nodes { action linkName actor { name } } pageInfo { hasNextPage } } }";
    let mut all = vec![
        query("`linkEvents`", events, Value::Null),
        query("`linkEvents` of a link", events, json!({ "filter": { "linkId": library.link["id"] } })),
        query("`linkEvents`: action", events, json!({ "filter": { "action": "DELETED" } })),
        query("`securityEvents`", "{ securityEvents(first: 50) { nodes { action } } }", Value::Null),
        query("`users`", "{ users(first: 50) { totalCount nodes { name storage { used } } } }", Value::Null),
        query("`workspace`", "{ viewer { name } workspace { name storage { used limit } } }", Value::Null),
        query(
            "`link` with statistics",
            "query($id: ID!) { link(id: $id) { name statistics { total { views } lastMonth { views } days(last: 7) { views } } } }",
            json!({ "id": library.link["id"] }),
        ),
        query(
            "`shareOptions` of 60",
            "query($ids: [ID!]) { shareOptions(assetIds: $ids) { shareable notShareable { reason } } }",
            json!({ "ids": library.assets }),
        ),
    ];
    for (name, filter) in [
        ("all", Value::Null),
        ("kind", json!({ "kind": "MANUAL" })),
        ("mine", json!({ "mine": true })),
        ("search, frequent", json!({ "search": "press" })),
        ("search, rare", json!({ "search": "kit 177" })),
        ("search, nothing", json!({ "search": "zebra" })),
    ] {
        all.push(query(&format!("`collections`: {name}"), collections, json!({ "filter": filter })));
        all.push(query(&format!("`totalCount` of collections: {name}"), total, json!({ "filter": filter })));
    }
    all
}

/// What owners change.
fn changes(library: &Library) -> Vec<Request> {
    let Library { asset, assets, others, collection, link, .. } = library;
    let link = link["id"].clone();
    let payload = |name: &str, input: &str, fields: &str| {
        format!("mutation($input: {input}!) {{ {name}(input: $input) {{ {fields} userErrors {{ code message }} }} }}")
    };
    let change = |what: &str, filter: Value, dry: bool| {
        let query = payload("changeLinks", "ChangeLinksInput", "matched");
        call(what, &query, move |call| {
            let action = if call % 2 == 0 { "DISABLE" } else { "ENABLE" };
            json!({ "input": { "action": action, "filter": filter, "dryRun": dry } })
        })
    };
    let public = json!({ "input": { "assetId": asset, "settings": { "allowOriginal": true } } });
    let direct = json!({ "input": { "assetId": asset } });
    let whole = json!({ "input": { "collectionId": collection } });
    let shared = json!({ "input": { "assetIds": assets } });
    let (renamed, titled, deleted) = (link.clone(), others[0].clone(), others[1].clone());
    vec![
        query("`createPublicLink`", &payload("createPublicLink", "CreatePublicLinkInput", "link { url }"), public),
        query(
            "`createDownloadLink`",
            &payload("createDownloadLink", "CreateDownloadLinkInput", "link { url }"),
            direct,
        ),
        query(
            "`createCollectionLink`",
            &payload("createCollectionLink", "CreateCollectionLinkInput", "link { url }"),
            whole,
        ),
        query("`shareAssets` of 60", &payload("shareAssets", "ShareAssetsInput", "shared"), shared),
        call(
            "`updateLink`",
            &payload("updateLink", "UpdateLinkInput", "link { name }"),
            move |call| json!({ "input": { "id": renamed, "settings": { "name": format!("Name {call}") } } }),
        ),
        query(
            "`rotateLink`",
            "mutation($id: ID!) { rotateLink(id: $id) { link { url } userErrors { code } } }",
            json!({ "id": link }),
        ),
        call(
            "`updateAsset`",
            &payload("updateAsset", "UpdateAssetInput", "asset { title }"),
            move |call| json!({ "input": { "assetId": titled, "title": format!("Title {call}") } }),
        ),
        change("`changeLinks` of an asset", json!({ "assetId": others[2] }), false),
        change("`changeLinks`, counting all that have expired", json!({ "state": "EXPIRED" }), true),
        call(
            "`deleteAssets` and `restoreAssets`",
            "mutation($ids: [ID!]!, $delete: Boolean!) {
            deleteAssets(ids: $ids) @include(if: $delete) { deletedIds userErrors { code } }
            restoreAssets(ids: $ids) @skip(if: $delete) { assets { id } userErrors { code } } }",
            move |call| json!({ "ids": [deleted], "delete": call % 2 == 0 }),
        ),
    ]
}
