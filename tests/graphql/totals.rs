//! Totals: exact up to a bound, estimated beyond, and never slow.

use crate::graphql::plans::explained;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use schema::{
    Prepared, VisibleAssets, VisibleLinks,
    assets::{self, AssetFilter},
    collections::{self, CollectionFilter, VisibleCollections},
    count::{Counted, EXACT_UP_TO, EXACT_UP_TO_IN_SEARCHES},
    link_events::{self, EventFilter},
    link_listing::{self, LinkFilter},
    users::{self},
    workspaces,
};
use serde_json::{Value, json};
use tests::{many_assets, many_links, many_shares, start};

/// More than are counted, and so many that an estimate that is no guess at all fails.
const MANY: usize = 30_000;

fn is_near(total: &Value, truth: usize) -> bool {
    let total = usize::try_from(total.as_u64().unwrap_or_default()).unwrap();
    (truth / 2..truth * 2).contains(&total)
}

#[tokio::test]
async fn a_total_is_exact_up_to_a_bound_and_an_estimate_beyond() {
    let server = start().await;
    let admin = server.admin().await;
    let bound = usize::try_from(EXACT_UP_TO).unwrap();
    server.sql(many_assets(bound)).await;
    server.sql("UPDATE workspaces SET last_number = (SELECT max(number) FROM assets)").await;
    let total = "{ assets(first: 1) { totalCount isEstimate } }";
    let data = server.data(&admin, total, Value::Null).await;
    assert_eq!(data["assets"], json!({ "totalCount": bound, "isEstimate": false }));
    server.upload(&admin, "one-more.txt", "text").await;
    let data = server.data(&admin, total, Value::Null).await;
    assert_eq!(data["assets"]["isEstimate"], true);
    assert!(data["assets"]["totalCount"].as_u64().unwrap() > bound as u64, "{data}");

    server.sql(many_links(MANY)).await;
    let filtered = "{ all: links { totalCount isEstimate } some: links(filter: { kind: DOWNLOAD }) { totalCount isEstimate }
        few: links(filter: { state: DISABLED }) { totalCount isEstimate } none: links(filter: { search: \"nowhere\" }) { totalCount isEstimate }
        only: links(filter: { state: EXPIRED }) { isEstimate }
        bounded: links(filter: { kind: DOWNLOAD, state: ACTIVE }) { isEstimate totalCount }
        searched: links(filter: { search: \"press kit 1\" }) { isEstimate totalCount } }";
    let data = server.data(&admin, filtered, Value::Null).await;
    assert!(is_near(&data["all"]["totalCount"], MANY) && data["all"]["isEstimate"] == true, "{data}");
    assert_eq!(data["some"], json!({ "totalCount": MANY / 3, "isEstimate": false }));
    assert_eq!(data["few"], json!({ "totalCount": MANY / 200, "isEstimate": false }));
    assert_eq!(data["none"], json!({ "totalCount": 0, "isEstimate": false }));
    assert_eq!(data["only"], json!({ "isEstimate": true }));
    // Those of a state, and of a search, are counted up to a lower bound.
    let most = u64::try_from(EXACT_UP_TO_IN_SEARCHES).unwrap();
    for few in [&data["bounded"], &data["searched"]] {
        assert!(few["isEstimate"] == true && few["totalCount"].as_u64().unwrap() > most, "{data}");
    }
}

#[tokio::test]
async fn a_search_that_would_take_long_to_count_is_estimated_unless_a_page_has_all_of_it() {
    let server = start().await;
    let admin = server.admin().await;
    server.sql(many_assets(100)).await;
    server.sql(many_links(MANY)).await;
    // Two letters have no index, so that all names have to be read.
    let query = "query($search: String) { links(first: 5, filter: { search: $search }) { totalCount isEstimate } }";
    let counted = async |search: &str| server.data(&admin, query, json!({ "search": search })).await["links"].clone();
    assert_eq!(counted("zz").await, json!({ "totalCount": 0, "isEstimate": false }));
    server.sql("UPDATE links SET name = name || ' zq' WHERE id IN (SELECT id FROM links LIMIT 6)").await;
    let some = counted("zq").await;
    assert!(some["isEstimate"] == true && some["totalCount"].as_u64().unwrap() > 0, "{some}");
}

#[tokio::test]
async fn a_search_by_a_rare_pair_of_words_is_counted_although_others_have_the_pair() {
    let server = start().await;
    let admin = server.admin().await;
    server.sql(many_assets(100)).await;
    server.sql(many_links(2 * MANY)).await;
    server
        .sql(
            "UPDATE links SET name = CASE WHEN place % 500 = 0 THEN 'Summer campus ' ELSE 'Summer campaign ' END || place
            FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM links) AS each
            WHERE links.id = each.id AND place % 125 = 0",
        )
        .await;
    server.sql("VACUUM ANALYZE").await;
    let query = "{ links(first: 5, filter: { search: \"summer campus\" }) { totalCount isEstimate } }";
    let counted = server.data(&admin, query, Value::Null).await["links"].clone();
    assert_eq!(counted, json!({ "totalCount": 120, "isEstimate": false }));
}

#[tokio::test]
async fn a_page_that_is_all_of_a_listing_has_its_total_and_a_part_of_it_does_not() {
    let server = start().await;
    let admin = server.admin().await;
    server.sql(many_assets(5)).await;
    server.sql(many_links(5)).await;
    for (listing, filter) in
        [("links", ""), ("links", "press kit"), ("links", "for"), ("assets", ""), ("assets", "picture")]
    {
        let query = format!(
            "query($first: Int, $after: String, $last: Int, $before: String) {{
                {listing}(first: $first, after: $after, last: $last, before: $before, filter: {{ search: \"{filter}\" }}) {{
                    totalCount edges {{ cursor }} }} }}"
        );
        let page = async |variables: Value| server.data(&admin, &query, variables).await[listing].clone();
        let all = page(json!({ "first": 5 })).await;
        let cursor = |index: usize| all["edges"][index]["cursor"].clone();
        for (variables, edges) in [
            (json!({ "first": 5 }), 5),
            (json!({ "last": 9 }), 5),
            (json!({ "first": 2 }), 2),
            (json!({ "first": 9, "after": cursor(0) }), 4),
            (json!({ "first": 9, "before": cursor(3) }), 3),
            (json!({ "last": 9, "before": cursor(3) }), 3),
            (json!({ "last": 9, "after": cursor(1) }), 3),
            (json!({ "first": 9, "after": cursor(4) }), 0),
        ] {
            let page = page(variables.clone()).await;
            assert_eq!(page["edges"].as_array().unwrap().len(), edges, "{listing} {variables}");
            assert_eq!(page["totalCount"], 5, "{listing} {variables}");
        }
    }
    let nested =
        "{ assets(first: 9) { nodes { links(first: 9) { totalCount } none: links(first: 0) { totalCount } } } }";
    let nested = server.data(&admin, nested, Value::Null).await;
    for node in nested["assets"]["nodes"].as_array().unwrap() {
        assert_eq!(node["links"], node["none"], "{node}");
    }
}

#[tokio::test]
async fn totals_below_a_page_are_estimated_each() {
    let server = start().await;
    let admin = server.admin().await;
    server.sql(many_assets(2)).await;
    // All links lead to the first asset but a few.
    server.sql(many_links(MANY)).await;
    server
        .sql(
            "UPDATE links SET asset_id = (SELECT id FROM assets WHERE number = 1);
            UPDATE links SET asset_id = (SELECT id FROM assets WHERE number = 2) WHERE id IN (SELECT id FROM links LIMIT 7);
            ANALYZE",
        )
        .await;
    let query = "{ assets(first: 2) { nodes { number links(first: 1) { totalCount isEstimate }
        downloads: links(first: 1, filter: { kind: DOWNLOAD }) { totalCount isEstimate } } } }";
    let data = server.data(&admin, query, Value::Null).await;
    let of = |number: &str| {
        let nodes = data["assets"]["nodes"].as_array().unwrap();
        nodes.iter().find(|node| node["number"] == number).unwrap().clone()
    };
    let (one, two) = (of("VTR-1"), of("VTR-2"));
    assert_eq!(two["links"], json!({ "totalCount": 7, "isEstimate": false }));
    assert!(is_near(&one["links"]["totalCount"], MANY) && one["links"]["isEstimate"] == true, "{one}");
    assert_eq!(one["downloads"]["isEstimate"], false, "{one}");

    server.sql("DELETE FROM proxies").await;
    server.sql(many_assets_more(MANY)).await;
    server.sql(many_shares(2, 2, MANY / 2)).await;
    let query = "{ collections(first: 2) { nodes { assets(first: 1) { totalCount isEstimate } } } }";
    let before = server.statements();
    let data = server.data(&admin, query, Value::Null).await;
    for collection in data["collections"]["nodes"].as_array().unwrap() {
        let assets = &collection["assets"];
        assert!(is_near(&assets["totalCount"], MANY / 2) && assets["isEstimate"] == true, "{data}");
    }
    let both = server.statements() - before;
    let before = server.statements();
    server.data(&admin, &query.replace("first: 2", "first: 1"), Value::Null).await;
    assert_eq!(server.statements() - before, both, "one statement estimates all");
}

/// More pictures, numbered after the first two.
fn many_assets_more(count: usize) -> String {
    many_assets(count).replace("generate_series(1,", "generate_series(3,")
}

#[tokio::test]
async fn a_total_reads_no_more_rows_than_it_counts() {
    let server = start().await;
    server.sql(many_assets(MANY)).await;
    server.sql(many_links(MANY)).await;
    server.sql(many_shares(MANY, MANY, 1)).await;
    server
        .sql(
            "INSERT INTO link_events (workspace_id, link_id, link_name, actor_id, action, changes, created_at)
            SELECT workspace_id, id, name, created_by, CASE WHEN download_count = 5 THEN 'DELETED' ELSE 'CREATED' END, '[]', now()
            FROM links;
            -- Somebody else, who has made a few collections, and sees a few that are not hidden.
            INSERT INTO users (id, workspace_id, email, name, role, password_hash, created_at)
            SELECT gen_random_uuid(), id, 'eddi@example.com', 'Eddi', 'EDITOR', '', now() FROM workspaces;
            UPDATE collections SET created_by = (SELECT id FROM users WHERE name = 'Eddi') WHERE name LIKE 'Press kit 77%';
            UPDATE collections SET hidden = false, kind = 'MANUAL' WHERE name LIKE 'Press kit 123%'",
        )
        .await;
    server.sql("VACUUM ANALYZE").await;
    let (mut conn, now) = (server.database().await, server.services.now());
    let workspace = workspaces::oldest(&mut conn).await.unwrap().unwrap().id;
    let eddi = users::by_email(&mut conn, "eddi@example.com").await.unwrap().unwrap().id;
    let visible = VisibleLinks { workspace, created_by: None };
    for filter in [
        LinkFilter::default(),
        LinkFilter { kind: Some(domain::LinkKind::Public), ..LinkFilter::default() },
        LinkFilter { state: Some(domain::LinkState::Active), ..LinkFilter::default() },
        LinkFilter { state: Some(domain::LinkState::Expired), ..LinkFilter::default() },
        LinkFilter { state: Some(domain::LinkState::Exhausted), ..LinkFilter::default() },
        LinkFilter { expires_before: Some(now), ..LinkFilter::default() },
        LinkFilter { expires_after: Some(now), ..LinkFilter::default() },
        LinkFilter { search: Some("press kit".into()), ..LinkFilter::default() },
    ] {
        let prepared = Prepared::new(&mut conn, &filter).await.unwrap();
        let rows = link_listing::count_query(visible, &prepared, now);
        let query = Counted { rows, exact_up_to: filter.exact_up_to() };
        assert_bounded(&mut conn, query, &format!("{filter:?}")).await;
    }
    let all = AssetFilter::default();
    let all = Prepared::new(&mut conn, &all).await.unwrap();
    assert_bounded(&mut conn, counted(assets::count_query(VisibleAssets::all(workspace), &all)), "assets").await;
    for action in [None, Some(domain::LinkAction::Deleted)] {
        let events = link_events::count_query(workspace, EventFilter { action, ..EventFilter::default() });
        assert_bounded(&mut conn, counted(events), "events").await;
    }
    for user in [None, Some(eddi)] {
        let view = VisibleCollections { workspace, user, is_guest: false };
        for filter in [
            CollectionFilter::default(),
            CollectionFilter { kind: Some(domain::CollectionKind::Manual), ..CollectionFilter::default() },
            CollectionFilter { created_by: Some(eddi), ..CollectionFilter::default() },
        ] {
            let query = counted(collections::count_query(view, &filter));
            assert_bounded(&mut conn, query, &format!("{view:?} {filter:?}")).await;
            let page = collections::page_query(view, &filter, schema::Page::first(50));
            let plan = explained(&mut conn, page).await;
            assert!(!plan.contains("Seq Scan on collections"), "{view:?} {filter:?}\n{plan}");
        }
    }
}

#[derive(diesel::QueryableByName)]
struct Reused {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    plans: i64,
}

#[tokio::test]
async fn a_count_is_planned_for_its_values_however_often_it_was_asked_for() {
    let server = start().await;
    server.sql(many_assets(100)).await;
    let mut conn = server.database().await;
    let workspace = workspaces::oldest(&mut conn).await.unwrap().unwrap().id;
    for kind in domain::AssetKind::ALL.iter().cycle().take(20) {
        let filter = AssetFilter { kind: Some(*kind), ..AssetFilter::default() };
        let count = assets::count(&mut conn, VisibleAssets::all(workspace), &filter).await.unwrap();
        assert_eq!(count.rows, if *kind == domain::AssetKind::Image { 100 } else { 0 });
    }
    let reused = "SELECT coalesce(sum(generic_plans), 0)::bigint AS plans FROM pg_prepared_statements
        WHERE statement LIKE 'SELECT count(*) FROM (%'";
    let Reused { plans } = diesel::sql_query(reused).get_result(&mut conn).await.unwrap();
    assert_eq!(plans, 0);
}

/// Counts all rows that are not of a search.
fn counted<Q>(rows: Q) -> Counted<Q> {
    Counted { rows, exact_up_to: EXACT_UP_TO }
}

/// Runs a statement and fails if one of its scans read many more rows than the bound.
async fn assert_bounded(
    conn: &mut AsyncPgConnection,
    query: impl diesel::query_builder::QueryFragment<diesel::pg::Pg> + Send,
    what: &str,
) {
    let plan = crate::graphql::plans::analyzed(conn, query).await;
    for line in plan.lines() {
        let rows = |before: &str| {
            let (_, rest) = line.split_once(before)?;
            rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<i64>().ok()
        };
        let read = line.split_once("(actual").and_then(|(_, actual)| {
            let (_, rest) = actual.split_once("rows=")?;
            rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<i64>().ok()
        });
        let left_out = rows("Rows Removed by Filter: ");
        let most = read.max(left_out).unwrap_or_default();
        assert!(most <= EXACT_UP_TO + 1 || line.contains("Bitmap Index Scan"), "{what} reads {most} rows:\n{plan}");
    }
}
