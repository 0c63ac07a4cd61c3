//! Listings of links use an index, whatever is asked for, also where there are many; and the one that suits it.

use chrono::TimeDelta;
use diesel::{
    QueryResult, QueryableByName,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, AssetKind, BearerTokenId, CollectionId, LinkKind, LinkState, Rights, UserId};
use schema::{
    Prepared, VisibleAssets, VisibleLinks,
    assets::{self, AssetFilter, page_query as page_of_assets},
    attachments,
    collections::{CollectionFilter, VisibleCollections, page_query as page_of_collections, shared_faces_query},
    deleted_assets::{self, BinPosition},
    link_listing::{self, LinkField, LinkFilter, LinkOrder, LinkPage, LinkPosition, SortKey, list, page_query},
    links::{self, LinkRequest},
    media::{self, UsersFile},
    page::Page,
    proxies,
    rights::Subject,
    users, workspaces,
};
use serde_json::{Value, json};
use tests::{ADMIN_EMAIL, many_assets, many_links, many_shares, start};

const MANY: usize = 50_000;

/// In the plan of what an index has newest first; there are two, and Postgres takes the smaller one.
const IN_ORDER: &str = "Index Scan";

/// A statement whose plan is wanted, not its rows; with `true`, the plan as it was carried out.
struct Explain<Q>(Q, bool);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Explain<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql(if self.1 { "EXPLAIN (ANALYZE, TIMING OFF) " } else { "EXPLAIN " });
        self.0.walk_ast(out.reborrow())
    }
}

impl<Q> Query for Explain<Q> {
    type SqlType = Text;
}

impl<Q> QueryId for Explain<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The plan of a statement.
pub(crate) async fn explained(conn: &mut AsyncPgConnection, query: impl QueryFragment<Pg> + Send) -> String {
    let lines: Vec<String> = Explain(query, false).load(conn).await.unwrap();
    lines.join("\n")
}

/// The plan of a statement with the rows that each step gave.
pub(crate) async fn analyzed(conn: &mut AsyncPgConnection, query: impl QueryFragment<Pg> + Send) -> String {
    let lines: Vec<String> = Explain(query, true).load(conn).await.unwrap();
    lines.join("\n")
}

#[tokio::test]
async fn every_listing_uses_an_index() {
    let server = start().await;
    server.sql(many_assets(MANY / 10)).await;
    server.sql(many_links(MANY)).await;
    let (mut conn, now) = (server.database().await, server.services.now());
    let workspace = workspaces::oldest(&mut conn).await.unwrap().unwrap().id;
    let all = VisibleLinks { workspace, created_by: None };
    let some: links::Link = {
        let page = LinkPage { limit: 1, after: None, before: None, from_end: false };
        list(&mut conn, all, &LinkFilter::default(), LinkOrder::default(), page, now).await.unwrap().rows.remove(0)
    };
    let none = LinkFilter::default;
    let mut filters = vec![
        none(),
        LinkFilter { asset: some.asset_id, ..none() },
        LinkFilter { collection: Some(CollectionId::nil()), ..none() },
        LinkFilter { created_by: Some(some.created_by), ..none() },
        LinkFilter { search: Some("c0ffee".into()), ..none() },
        LinkFilter { search: Some("kit 77 for c0ffe".into()), ..none() },
        LinkFilter { expires_before: Some(now), ..none() },
        LinkFilter { expires_after: Some(now), ..none() },
        LinkFilter { watermark: Some(true), ..none() },
        LinkFilter { watermark: Some(false), ..none() },
    ];
    filters.extend(LinkKind::ALL.iter().map(|kind| LinkFilter { kind: Some(*kind), ..none() }));
    filters.extend(LinkState::ALL.iter().map(|state| LinkFilter { state: Some(*state), ..none() }));
    for visible in [all, VisibleLinks { created_by: Some(some.created_by), ..all }] {
        for filter in &filters {
            for field in [LinkField::Created, LinkField::Expires, LinkField::Name, LinkField::Downloads] {
                let key = match field {
                    LinkField::Created => SortKey::Created,
                    LinkField::Expires => SortKey::Expires(some.settings.expires_at),
                    LinkField::Name => SortKey::Name(some.settings.name.clone()),
                    LinkField::Downloads => SortKey::Downloads(5),
                };
                for after in [None, Some(LinkPosition { key, id: some.id })] {
                    let (order, first) = (LinkOrder { field, descending: true }, after.is_none());
                    let page = LinkPage { limit: 50, after, before: None, from_end: false };
                    let filter = Prepared::new(&mut conn, filter).await.unwrap();
                    let query = page_query(visible, &filter, order, &page, now);
                    let plan = explained(&mut conn, query).await;
                    assert!(!plan.contains("Seq Scan on links"), "{filter:?} {order:?} first: {first}\n{plan}");
                }
            }
        }
    }
}

#[tokio::test]
async fn assets_are_found_by_an_index() {
    let server = start().await;
    server.sql(many_assets(MANY)).await;
    server.sql("UPDATE assets SET kind = 'DOCUMENT' WHERE number % 5000 = 7; ANALYZE all_assets").await;
    let mut conn = server.database().await;
    let workspace = workspaces::oldest(&mut conn).await.unwrap().unwrap().id;
    let search = |text: &str| AssetFilter { search: Some(text.into()), ..AssetFilter::default() };
    let documents = AssetFilter { kind: Some(AssetKind::Document), ..AssetFilter::default() };
    for (filter, part) in [
        (AssetFilter::default(), IN_ORDER),
        (documents.clone(), "assets_living_by_kind"),
        (AssetFilter { search: Some("Picture".into()), ..documents }, "assets_living_by_kind"),
        // Nothing that the sample behind the statistics may have by chance.
        (search("nothing"), "assets_by_text"),
        (search("nothing like it"), "assets_by_word_pairs"),
        (search("VTR-4711"), "assets_by_text"),
        (search("asset_0000000000000000000001"), "assets_pkey"),
        (search("0198c0de-0000-7000-8000-000000000001"), "assets_pkey"),
        // So frequent that the first page is full soon.
        (search("pic"), IN_ORDER),
    ] {
        for page in [Page::first(50), Page { from_end: true, ..Page::first(50) }] {
            let prepared = Prepared::new(&mut conn, &filter).await.unwrap();
            let plan = explained(&mut conn, page_of_assets(VisibleAssets::all(workspace), &prepared, page)).await;
            assert!(plan.contains(part) && !plan.contains("Seq Scan on all_assets"), "{filter:?}\n{plan}");
            assert!(part != IN_ORDER || !plan.contains("Sort"), "{filter:?}\n{plan}");
        }
    }
}

#[tokio::test]
async fn a_search_of_collections_reads_those_that_match() {
    let server = start().await;
    server.sql(many_assets(10)).await;
    server.sql(many_shares(20_000, 0, 1)).await;
    server.sql("ANALYZE collections").await;
    let mut conn = server.database().await;
    let workspace = workspaces::oldest(&mut conn).await.unwrap().unwrap().id;
    let view = VisibleCollections { workspace, user: None, is_guest: false };
    for (text, matching) in [("kit 1777", 11), ("nothing like it", 0)] {
        let filter = CollectionFilter { search: Some(text.into()), ..CollectionFilter::default() };
        let plan = analyzed(&mut conn, page_of_collections(view, &filter, Page::first(50))).await;
        assert!(plan.contains("collections_by_text") && most_rows(&plan) == matching, "{text}\n{plan}");
    }
}

#[tokio::test]
async fn the_bin_is_listed_by_an_index() {
    let server = start().await;
    server.sql(many_assets(MANY)).await;
    server.sql("UPDATE all_assets SET deleted_at = now() - number * interval '1 second' WHERE number % 3 = 0; ANALYZE all_assets").await;
    let mut conn = server.database().await;
    let workspace = workspaces::oldest(&mut conn).await.unwrap().unwrap().id;
    let subject = Subject { user: UserId::new(), everywhere: Rights::ALL };
    let position = BinPosition { deleted_at: server.services.now() - TimeDelta::hours(1), id: AssetId::new() };
    for after in [None, Some(position)] {
        let plan = explained(&mut conn, deleted_assets::page_query((workspace, subject), 50, after)).await;
        // With one workspace, the index of the job that empties the bin is as good.
        let index = ["bin_by_deletion", "assets_by_deletion"].map(|name| format!("Index Scan Backward using {name}"));
        assert!(index.iter().any(|index| plan.contains(index)) && !plan.contains("Sort"), "{plan}");
    }
}

#[tokio::test]
async fn what_guests_see_is_found_by_the_rules() {
    let server = start().await;
    server.sql(many_assets(MANY / 2)).await;
    // Many small collections, and a large one: one guest sees two pictures of the library, the other one a fifth of it.
    server.sql(many_shares(2_000, 2_000, 10)).await;
    server
        .sql(
            "UPDATE assets SET kind = 'DOCUMENT' WHERE number % 5000 = 7;
            INSERT INTO collections (id, workspace_id, name, kind, hidden, created_by, created_at)
            SELECT gen_random_uuid(), workspace_id, 'Large', 'MANUAL', false, id, now() FROM users;
            INSERT INTO collection_assets (collection_id, asset_id, position)
            SELECT collections.id, assets.id, number FROM collections, assets
            WHERE collections.name = 'Large' AND number % 5 = 0;
            INSERT INTO users (id, workspace_id, email, name, role, password_hash, created_at)
            SELECT gen_random_uuid(), id, name || '@example.com', name, 'GUEST', '', now()
            FROM (SELECT id FROM workspaces) workspace, (VALUES ('little'), ('much')) guest (name);
            INSERT INTO access_rules (id, workspace_id, user_id, asset_id, rights, created_at)
            SELECT gen_random_uuid(), users.workspace_id, users.id, assets.id, 1, now() FROM users, assets
            WHERE users.name = 'little' AND number IN (1, 24999);
            INSERT INTO access_rules (id, workspace_id, user_id, collection_id, rights, created_at)
            SELECT gen_random_uuid(), users.workspace_id, users.id, collections.id, 1, now() FROM users, collections
            WHERE users.name = 'much' AND collections.name IN ('Large', 'Press kit 7')",
        )
        .await;
    server.sql("VACUUM ANALYZE").await;
    let mut conn = server.database().await;
    let workspace = workspaces::oldest(&mut conn).await.unwrap().unwrap().id;
    for (name, sees) in [("little", 2), ("much", 5_010)] {
        let guest = users::by_email(&mut conn, &format!("{name}@example.com")).await.unwrap().unwrap().id;
        let view = VisibleAssets { workspace, reader: Some(guest) };
        let collections = VisibleCollections { workspace, user: Some(guest), is_guest: true };
        let of_kind = |kind| AssetFilter { kind: Some(kind), ..AssetFilter::default() };
        let search = |text: &str| AssetFilter { search: Some(text.into()), ..AssetFilter::default() };
        for (filter, reads) in [
            // At the most, the ids of all that the guest sees, and a page of each of two collections.
            (AssetFilter::default(), sees + 200),
            (of_kind(AssetKind::Image), 2 * sees + 200),
            (of_kind(AssetKind::Document), 2 * sees + 200),
            (search("pic"), 2 * sees + 200),
            (search("2499"), 2 * sees + 200),
        ] {
            for page in [Page::first(50), Page { from_end: true, ..Page::first(50) }] {
                let prepared = Prepared::new(&mut conn, &filter).await.unwrap();
                let plan = analyzed(&mut conn, page_of_assets(view, &prepared, page)).await;
                assert!(!reads_a_table(&plan), "{name} {filter:?}\n{plan}");
                assert!(most_rows(&plan) <= reads, "{name} {filter:?}: more than {reads}\n{plan}");
            }
        }
        let page = page_of_collections(collections, &CollectionFilter::default(), Page::first(50));
        let plan = analyzed(&mut conn, page).await;
        assert!(!reads_a_table(&plan) && most_rows(&plan) <= 10, "{name}\n{plan}");
    }
}

/// Whether a plan reads a large table from end to end.
fn reads_a_table(plan: &str) -> bool {
    ["assets", "collection_assets", "collections"].iter().any(|table| plan.contains(&format!("Seq Scan on {table} ")))
}

/// The most rows that any step of a carried-out plan gave or removed, over all its loops.
fn most_rows(plan: &str) -> usize {
    let number = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    let step = |line: &str| {
        if let Some((_, removed)) = line.split_once("Rows Removed by Filter: ") {
            return number(removed);
        }
        let Some((_, actual)) = line.split_once("(actual rows=") else { return 0 };
        let loops = actual.split_once("loops=").map_or(1, |(_, loops)| number(loops));
        number(actual) * loops
    };
    plan.lines().map(step).max().unwrap_or_default()
}

#[derive(QueryableByName)]
struct Plans {
    #[diesel(sql_type = BigInt)]
    kept: i64,
    #[diesel(sql_type = BigInt)]
    made: i64,
}

#[tokio::test]
async fn a_search_is_prepared_once_and_planned_for_each_text() {
    let server = start().await;
    server.sql(many_assets(100)).await;
    server.sql(many_links(5_000)).await;
    let (mut conn, now) = (server.database().await, server.services.now());
    let workspace = workspaces::oldest(&mut conn).await.unwrap().unwrap().id;
    let visible = VisibleLinks { workspace, created_by: None };
    for (text, found) in [("press", 51), ("c0ffee", 0), ("%", 0)].into_iter().cycle().take(30) {
        let filter = LinkFilter { search: Some(text.into()), ..LinkFilter::default() };
        let page = LinkPage { limit: 51, after: None, before: None, from_end: false };
        let slice = list(&mut conn, visible, &filter, LinkOrder::default(), page, now).await.unwrap();
        assert_eq!(slice.rows.len(), found, "{text}");
    }
    assert_eq!(plans_of(&mut conn, "SELECT \"links\"").await, [(0, 30)]);
}

/// More rows are loaded than few.
#[tokio::test]
async fn a_small_page_of_a_search_ends_where_it_was_asked_to() {
    const QUERY: &str = "query($first: Int, $after: String, $last: Int, $before: String) {
        assets(first: $first, after: $after, last: $last, before: $before, filter: { search: \"picture\" }) { ...page }
    } fragment page on AssetConnection { nodes { number } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";
    const LINKS: &str = "query($first: Int, $after: String, $last: Int, $before: String) {
        links(first: $first, after: $after, last: $last, before: $before, filter: { search: \"kit\" }) { ...page }
    } fragment page on LinkConnection { nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";
    let server = start().await;
    server.sql(many_assets(7)).await;
    server.sql(many_links(7)).await;
    let admin = server.admin().await;
    for (query, name) in [(QUERY, "assets"), (LINKS, "links")] {
        let ask = async |page: Value| server.data(&admin, query, page).await[name].clone();
        let all = ask(json!({ "first": 50 })).await["nodes"].as_array().unwrap().clone();
        assert_eq!(all.len(), 7);
        for (forward, start, end) in [("first", "after", "endCursor"), ("last", "before", "startCursor")] {
            let (mut found, mut cursor) = (Vec::new(), Value::Null);
            loop {
                let page = ask(json!({ forward: 2, start: cursor })).await;
                let info = page["pageInfo"].clone();
                let nodes = page["nodes"].as_array().unwrap().clone();
                let more = found.len() + nodes.len() < all.len();
                let (next, previous) =
                    if forward == "first" { (more, !found.is_empty()) } else { (!found.is_empty(), more) };
                assert_eq!(
                    (&info["hasNextPage"], &info["hasPreviousPage"]),
                    (&json!(next), &json!(previous)),
                    "{page}"
                );
                if forward == "first" {
                    found.extend(nodes);
                } else {
                    found.splice(0..0, nodes);
                }
                if !more {
                    break;
                }
                cursor = info[end].clone();
            }
            assert_eq!(found, all, "{name} {forward}");
        }
    }
}

/// What `explained` says of a search by these rare pairs of words.
fn by_pairs(names: &str, pairs: &str) -> String {
    format!("Index Cond: (word_pairs(lower({names})) @> '{pairs}'::text[])")
}

#[tokio::test]
async fn of_a_search_only_rare_pairs_of_words_are_looked_up_if_it_has_any() {
    let server = start().await;
    server.sql(many_assets(100)).await;
    server.sql(many_links(20_000)).await;
    server.sql("UPDATE links SET name = 'Zürich  ÄÖÜ of ' || name WHERE id = (SELECT id FROM links LIMIT 1)").await;
    let (mut conn, now) = (server.database().await, server.services.now());
    let workspace = workspaces::oldest(&mut conn).await.unwrap().unwrap().id;
    let visible = VisibleLinks { workspace, created_by: None };
    let page = LinkPage { limit: 100, after: None, before: None, from_end: false };
    let cases = [
        ("press kit 77 for", "{\"kit 77\",\"77 for\"}"),
        ("press KIT 77 For a", "{\"kit 77\",\"77 for\"}"),
        ("kit 177", "{\"kit 177\"}"),
        ("Kit For", "{\"kit for\"}"),
        ("it 77 for", "{\"77 for\"}"),
        ("zürich  äöü", "{\"ich \",\" äöü\"}"),
        // Frequent, or parts of words that may be longer.
        ("press kit", ""),
        ("kit 7", ""),
        ("t 77 f", ""),
        ("77", ""),
    ];
    for (text, pairs) in cases {
        let filter = LinkFilter { search: Some(text.into()), ..LinkFilter::default() };
        let prepared = Prepared::new(&mut conn, &filter).await.unwrap();
        let looked_up = by_pairs("name", pairs);
        let (order, first) = (LinkOrder::default(), &page);
        let rows = explained(&mut conn, page_query(visible, &prepared, order, first, now)).await;
        let count = explained(&mut conn, link_listing::count_query(visible, &prepared, now)).await;
        for plan in [rows, count] {
            assert_eq!(plan.contains(&looked_up), !pairs.is_empty(), "{text}\n{plan}");
            assert_eq!(plan.contains("name ~~* "), pairs.is_empty(), "{text}\n{plan}");
        }
        let rows = list(&mut conn, visible, &filter, order, page.clone(), now).await.unwrap().rows;
        let expected = names(
            &mut conn,
            "SELECT name FROM links WHERE position(lower($1) IN lower(name)) > 0 ORDER BY id DESC LIMIT 100",
            text,
        )
        .await;
        let found: Vec<_> = rows.into_iter().map(|link| link.settings.name).collect();
        assert_eq!(found, expected, "{text}");
    }
    // Without statistics, trigrams lead to it.
    server.sql("DELETE FROM pg_statistic WHERE starelid = 'links_by_word_pairs'::regclass").await;
    let filter = LinkFilter { search: Some("press kit 77 for ab".into()), ..LinkFilter::default() };
    let prepared = Prepared::new(&mut conn, &filter).await.unwrap();
    let plan = explained(&mut conn, link_listing::count_query(visible, &prepared, now)).await;
    assert!(plan.contains("Index Cond: (name ~~* '%press kit 77 for ab%'::text)"), "{plan}");
}

#[tokio::test]
async fn a_search_finds_each_name_that_has_the_text_wherever_it_is_cut() {
    let server = start().await;
    server.sql(many_assets(100)).await;
    server.sql(many_links(3_000)).await;
    server
        .sql(
            "UPDATE links SET name = random.name FROM (
                SELECT links.id, string_agg((ARRAY['a', 'ab', 'abc', 'cabc', 'ÄÖ', 'über', 'İx', '%', '', 'ΣΑΣ'])[1 + (random() * 9)::int], ' ') AS name
                FROM links, generate_series(1, 5) GROUP BY links.id) random
            WHERE random.id = links.id; ANALYZE links",
        )
        .await;
    let (mut conn, now) = (server.database().await, server.services.now());
    let workspace = workspaces::oldest(&mut conn).await.unwrap().unwrap().id;
    let visible = VisibleLinks { workspace, created_by: None };
    let page = LinkPage { limit: 3_000, after: None, before: None, from_end: false };
    let parts: Vec<Named> = diesel::sql_query(
        "SELECT DISTINCT btrim(substr(name, 1 + (random() * 6)::int, 3 + (random() * 9)::int), ' ') AS name
        FROM (SELECT name FROM links ORDER BY id LIMIT 400) AS few",
    )
    .load(&mut conn)
    .await
    .unwrap();
    let mut by_pairs = 0;
    for Named { name: text } in parts {
        let filter = LinkFilter { search: Some(text.clone()), ..LinkFilter::default() };
        let prepared = Prepared::new(&mut conn, &filter).await.unwrap();
        let plan = explained(&mut conn, page_query(visible, &prepared, LinkOrder::default(), &page, now)).await;
        by_pairs += usize::from(plan.contains("word_pairs"));
        let rows = list(&mut conn, visible, &filter, LinkOrder::default(), page.clone(), now).await.unwrap().rows;
        let expected = names(
            &mut conn,
            "SELECT name FROM links WHERE position(lower($1) IN lower(name)) > 0 ORDER BY id DESC",
            &text,
        )
        .await;
        let found: Vec<_> = rows.into_iter().map(|link| link.settings.name).collect();
        assert_eq!(found, expected, "{text:?}");
    }
    assert!(by_pairs > 50, "{by_pairs}");
}

#[tokio::test]
async fn assets_are_found_by_rare_pairs_of_words_of_title_and_file_name() {
    let server = start().await;
    server.sql(many_assets(20_000)).await;
    server
        .sql(
            "UPDATE assets SET file_name = 'scan of ' || number || ' here.jpg' WHERE number % 2 = 0;
            UPDATE assets SET title = 'A scan of picture ' || number WHERE number % 5 = 0; ANALYZE all_assets",
        )
        .await;
    let mut conn = server.database().await;
    let workspace = workspaces::oldest(&mut conn).await.unwrap().unwrap().id;
    let view = VisibleAssets::all(workspace);
    for (text, pairs) in [
        ("Picture 7777", "{\"ure 777\"}"),
        ("scan of 7778 here", "{\"of 777\",\"778 her\"}"),
        // The end of a title and the beginning of a file name are no text.
        ("7775 7775", "{\"775 777\"}"),
        ("of picture 7775", "{\"ure 777\"}"),
        ("picture scan", "{\"ure sca\"}"),
        ("scan of", ""),
        ("picture 7", ""),
    ] {
        let filter = AssetFilter { search: Some(text.into()), ..AssetFilter::default() };
        let prepared = Prepared::new(&mut conn, &filter).await.unwrap();
        let plan = explained(&mut conn, page_of_assets(view, &prepared, Page::first(50))).await;
        let looked_up = by_pairs("((title || ' '::text) || file_name)", pairs);
        assert_eq!(plan.contains(&looked_up), !pairs.is_empty(), "{text}\n{plan}");
        let rows = assets::list(&mut conn, view, &filter, Page::first(100)).await.unwrap().rows;
        let expected = names(
            &mut conn,
            "SELECT title AS name FROM assets
            WHERE position(lower($1) IN lower(title)) > 0 OR position(lower($1) IN lower(file_name)) > 0
            ORDER BY id DESC LIMIT 100",
            text,
        )
        .await;
        assert_eq!(expected.is_empty(), ["picture scan", "7775 7775"].contains(&text), "{text}");
        let found: Vec<_> = rows.into_iter().map(|asset| asset.title).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The names that a statement about a text finds.
async fn names(conn: &mut AsyncPgConnection, statement: &str, text: &str) -> Vec<String> {
    let rows: Vec<Named> = diesel::sql_query(statement).bind::<Text, _>(text).load(conn).await.unwrap();
    rows.into_iter().map(|Named { name }| name).collect()
}

/// How often the statements that begin like this had a plan that was kept, and one that was made anew.
async fn plans_of(conn: &mut AsyncPgConnection, beginning: &str) -> Vec<(i64, i64)> {
    let plans = "SELECT generic_plans AS kept, custom_plans AS made FROM pg_prepared_statements
        WHERE starts_with(statement, $1)";
    let plans: Vec<Plans> = diesel::sql_query(plans).bind::<Text, _>(beginning).load(conn).await.unwrap();
    plans.into_iter().map(|Plans { kept, made }| (kept, made)).collect()
}

#[tokio::test]
async fn what_few_are_loaded_together_is_not_planned_anew() {
    let server = start().await;
    let (mut conn, now) = (server.database().await, server.services.now());
    let workspace = workspaces::oldest(&mut conn).await.unwrap().unwrap().id;
    let file = UsersFile { token: BearerTokenId::new(), asset: AssetId::new(), rendition: None };
    let request = LinkRequest { token_sha256: [7; 32], asset: None, preset: None };
    for count in [1, 2, 3].into_iter().cycle().take(30) {
        media::assets_of(&mut conn, &vec![file; count], now).await.unwrap();
        links::by_tokens(&mut conn, &vec![request; count]).await.unwrap();
        let ids: Vec<AssetId> = (0..count).map(|_| AssetId::new()).collect();
        proxies::of_assets(&conn, &ids).await.unwrap();
        attachments::of_assets(&conn, &ids).await.unwrap();
        deleted_assets::by_ids(&conn, workspace, &ids).await.unwrap();
        users::by_ids(&conn, workspace, &vec![UserId::new(); count]).await.unwrap();
    }
    for beginning in [
        "WITH assets AS (SELECT * FROM all_assets) SELECT key.position",
        "SELECT key.position",
        "SELECT \"proxies\"",
        "SELECT \"attachments\"",
        "WITH assets AS (SELECT * FROM all_assets) SELECT \"assets\"",
        "SELECT \"users\"",
    ] {
        let [(kept, made)] = plans_of(&mut conn, beginning).await[..] else { panic!("one statement: {beginning}") };
        assert_eq!(kept + made, 30, "{beginning}");
        assert!(made <= 5, "Postgres tries five times whether that is better: {made} of {beginning}");
    }
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    jit: String,
}

#[tokio::test]
async fn no_statement_is_compiled() {
    let server = start().await;
    let mut conn = server.services.pool.get().await.unwrap();
    let setting: Setting = diesel::sql_query("SHOW jit").get_result(&mut conn).await.unwrap();
    assert_eq!(setting.jit, "off", "an archive of many ranges would cost seconds");
}

/// The faces of a small collection are found without those of the whole library.
#[tokio::test]
async fn the_faces_of_a_link_are_found_by_an_index() {
    let server = start().await;
    server.sql(many_assets(MANY)).await;
    server.sql(many_shares(100, 100, 20)).await;
    server
        .sql(
            "INSERT INTO face_indexes (asset_id, workspace_id, model_version) SELECT id, workspace_id, 1 FROM assets;
            INSERT INTO faces (asset_id, workspace_id, x, y, width, height, quality, embedding)
            SELECT id, workspace_id, 0, 0, 1, 1, 1, decode(repeat('07', 128), 'hex') FROM assets, generate_series(1, 3)",
        )
        .await;
    server.sql("VACUUM ANALYZE").await;
    let mut conn = server.database().await;
    let workspace = workspaces::oldest(&mut conn).await.unwrap().unwrap().id;
    let creator = users::by_email(&mut conn, ADMIN_EMAIL).await.unwrap().unwrap().id;
    let view = VisibleCollections { workspace, user: None, is_guest: false };
    let page = page_of_collections(view, &CollectionFilter::default(), Page::first(1));
    let collection = page.load::<schema::collections::Collection>(&mut conn).await.unwrap().remove(0).id;
    let all_rights = Subject { user: creator, everywhere: Rights::ALL };
    let few_rights = Subject { everywhere: Rights::of(&[]), ..all_rights };
    for (subject, faces) in [(all_rights, 60), (few_rights, 0)] {
        let plan = analyzed(&mut conn, shared_faces_query(collection, subject, 1)).await;
        assert!(plan.contains("faces_by_asset") || faces == 0, "{plan}");
        assert!(!reads_a_table(&plan) && !plan.contains("Seq Scan on face"), "{plan}");
        assert!(most_rows(&plan) <= 60, "{plan}");
    }
}
