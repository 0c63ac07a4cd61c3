//! Bulk shares, against the same rows written by bare statements.

use crate::{
    client::{Client, graphql},
    measure::{Row, median},
};
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, CollectionId, LinkId, short_id};
use serde_json::json;
use std::time::Instant;
use tests::{Options, Running, many_assets, start_with};
use uuid::Uuid;

const SHARE: &str = "mutation($input: ShareAssetsInput!) { shareAssets(input: $input) {
    link { id url } requested shared skipped { assetId reason } userErrors { code } } }";

/// Measurements of each size.
const ROUNDS: usize = 7;

#[derive(diesel::QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    id: AssetId,
}

/// Milliseconds of one share over HTTP.
async fn ours(server: &Running, request: &str, count: usize) -> f64 {
    let mut client = Client::connect(&server.url).await;
    let start = Instant::now();
    client.send(request.as_bytes()).await;
    let answer = client.answer().await;
    let body = client.body(answer).await;
    let took = start.elapsed().as_secs_f64() * 1000.0;
    let body = String::from_utf8_lossy(&body);
    assert!(body.contains(&format!("\"shared\":{count},")), "{body:.300}");
    took
}

/// Milliseconds of the same rows by bare, set-based statements in one transaction.
async fn bare(conn: &mut AsyncPgConnection, ids: &[AssetId]) -> f64 {
    let (collection, link, token) = (CollectionId::new(), LinkId::new(), Uuid::new_v4());
    let start = Instant::now();
    conn.transaction(async |conn| {
        diesel::sql_query(
            "INSERT INTO collections (id, workspace_id, name, kind, hidden, created_by, created_at)
            SELECT $1, workspace_id, 'bare', 'AUTOMATIC', false, id, now() FROM users LIMIT 1",
        )
        .bind::<SqlUuid, _>(collection)
        .execute(conn)
        .await?;
        diesel::sql_query(
            "INSERT INTO collection_assets (collection_id, asset_id, position)
            SELECT $1, assets.id, wanted.place FROM unnest($2) WITH ORDINALITY AS wanted (id, place)
            JOIN assets ON assets.id = wanted.id WHERE assets.source = 'LIBRARY'",
        )
        .bind::<SqlUuid, _>(collection)
        .bind::<Array<SqlUuid>, _>(ids)
        .execute(conn)
        .await?;
        diesel::sql_query(
            "INSERT INTO links (id, workspace_id, kind, name, collection_id, created_by, created_at, updated_at,
                token_sha256, key_id, allow_original, allow_proxies, allow_attachments, watermark, person_search)
            SELECT $2, workspace_id, 'PUBLIC', 'bare', $1, id, now(), now(), sha256($3::bytea), 'key', false, false, false,
                false, false FROM users LIMIT 1",
        )
        .bind::<SqlUuid, _>(collection)
        .bind::<SqlUuid, _>(link)
        .bind::<Text, _>(token.to_string())
        .execute(conn)
        .await
    })
    .await
    .expect("SQL");
    start.elapsed().as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
pub(crate) async fn run() -> Vec<Row> {
    let sizes = [1_000_usize, 10_000, 100_000];
    let server = start_with(Options { threads: 2, max_share: 100_000, ..Options::default() }).await;
    let admin = server.admin().await;
    server.sql(many_assets(100_000)).await;
    let mut conn = server.database().await;
    let found: Vec<Found> =
        diesel::sql_query("SELECT id FROM assets ORDER BY number").load(&mut conn).await.expect("SQL");
    let ids: Vec<AssetId> = found.into_iter().map(|row| row.id).collect();
    let names: Vec<String> = ids.iter().map(|id| format!("asset_{}", short_id::encode(*id))).collect();
    let input = |count: usize| json!({ "input": { "assetIds": names[..count] } });
    let requests = sizes.map(|count| graphql(&admin, SHARE, &input(count)));
    let (mut times, mut bare_times, mut ratios) = ([vec![], vec![], vec![]], vec![], vec![]);
    // Each size by itself: after a hundred thousand rows, the next statements wait for them to be written.
    for (index, count) in sizes.into_iter().enumerate() {
        for round in 0..=ROUNDS {
            let took = ours(&server, &requests[index], count).await;
            if round > 0 {
                times[index].push(took);
            }
            if count == 10_000 {
                let base = bare(&mut conn, &ids[..count]).await;
                if round > 0 {
                    bare_times.push(base);
                    ratios.push(took / base);
                }
            }
        }
    }
    let [small, middle, large] = times.map(median);
    let each = |time: f64, count: usize| time * 1000.0 / count as f64;
    let growth = |than: &str, time: f64, count: usize| Row {
        what: format!("its time an asset, of 100,000 against {than}"),
        ours: format!("{:.0} µs", each(large, sizes[2])),
        baseline: format!("{:.0} µs", each(time, count)),
        ratio: format!("{:.2} ×", each(large, sizes[2]) / each(time, count)),
        wanted: "≤ 1.3 ×".to_owned(),
    };
    vec![
        Row {
            what: "`shareAssets` of 10,000, against its bare set-based SQL".to_owned(),
            ours: format!("{middle:.0} ms"),
            baseline: format!("{:.0} ms", median(bare_times)),
            ratio: format!("{:.2} ×", median(ratios)),
            wanted: "≤ 2 ×".to_owned(),
        },
        growth("1,000", small, sizes[0]),
        growth("10,000", middle, sizes[1]),
    ]
}
