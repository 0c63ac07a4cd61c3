//! What goes after links have expired, against the same by one bare statement.

use crate::measure::{Row, median};
use diesel::{
    QueryableByName,
    sql_types::{Array, BigInt},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use schema::periodic::PeriodicJob;
use std::time::Instant;
use tests::{Options, Servers, many_assets, many_shares, servers, start_on};
use uuid::Uuid;

const EXPIRED: usize = 100_000;

/// Shares that have no end, and stay.
const ENDLESS: usize = 1_000;

/// Assets of each share.
const MEMBERS: usize = 3;

const ROUNDS: usize = 5;

/// The whole sweep in one statement, which locks nothing and waits for nobody.
const BARE: &str = "
    WITH gone AS (
        SELECT links.collection_id AS id FROM links
        JOIN collections ON collections.id = links.collection_id
        JOIN workspaces ON workspaces.id = collections.workspace_id
        WHERE workspaces.delete_automatic_collections AND collections.kind = 'AUTOMATIC'
        GROUP BY links.collection_id HAVING max(coalesce(links.expires_at, 'infinity'::timestamptz)) <= now()
    ), noted AS (
        INSERT INTO link_events (workspace_id, link_id, link_name, action, changes, created_at)
        SELECT links.workspace_id, links.id, links.name, 'DELETED', '[]', now()
        FROM links JOIN gone ON gone.id = links.collection_id
    )
    DELETE FROM collections USING gone WHERE collections.id = gone.id";

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = Array<BigInt>)]
    counts: Vec<i64>,
}

/// Copies of one database that has been filled, so that every round and both sides find the same.
struct Copies {
    servers: &'static Servers,
    admin: AsyncPgConnection,
    filled: String,
}

impl Copies {
    async fn fill() -> Self {
        let servers = servers();
        let filled = servers.new_database().await;
        let mut conn = connect(&servers.database_url(&filled)).await;
        let rows = format!("{}; {}", many_assets(1_000), many_shares(EXPIRED + ENDLESS, ENDLESS, MEMBERS));
        conn.batch_execute(&rows).await.expect("the rows");
        conn.batch_execute("UPDATE workspaces SET delete_automatic_collections = true").await.expect("the setting");
        conn.batch_execute("VACUUM ANALYZE").await.expect("statistics");
        Self { servers, admin: connect(&servers.database_url("postgres")).await, filled }
    }

    /// A fresh one: its name and its address.
    async fn next(&mut self) -> (String, String) {
        let name = format!("sweep_{}", Uuid::now_v7().simple());
        let make = format!("CREATE DATABASE {name} TEMPLATE {}", self.filled);
        self.admin.batch_execute(&make).await.expect("a copy");
        let url = self.servers.database_url(&name);
        (name, url)
    }

    async fn drop(&mut self, name: &str) {
        self.admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.expect("it is gone");
    }
}

async fn connect(url: &str) -> AsyncPgConnection {
    AsyncPgConnection::establish(url).await.expect("a connection")
}

/// What is to be there afterwards, whoever did it.
async fn assert_swept(url: &str) {
    let query =
        "SELECT ARRAY[(SELECT count(*) FROM link_events WHERE action = 'DELETED'), (SELECT count(*) FROM links),
        (SELECT count(*) FROM collections), (SELECT count(*) FROM collection_assets)] AS counts";
    let found: Counts = diesel::sql_query(query).get_result(&mut connect(url).await).await.expect("SQL");
    let expected = [EXPIRED, ENDLESS, ENDLESS, ENDLESS * MEMBERS].map(|count| i64::try_from(count).expect("a count"));
    assert_eq!(found.counts, expected);
}

/// Seconds of the job.
async fn ours(copies: &mut Copies) -> f64 {
    let (name, url) = copies.next().await;
    let server = start_on(url.clone(), copies.servers.redis_url.clone(), Options::default());
    let start = Instant::now();
    let report = jobs::tasks::run_exclusively(PeriodicJob::SweepExpired, &server.job_context(), None)
        .await
        .expect("the job runs");
    let took = start.elapsed().as_secs_f64();
    assert_eq!(report.expect("nobody else runs it")[0], ("collections", EXPIRED));
    drop(server);
    assert_swept(&url).await;
    copies.drop(&name).await;
    took
}

/// Seconds of the statement.
async fn bare(copies: &mut Copies) -> f64 {
    let (name, url) = copies.next().await;
    let mut conn = connect(&url).await;
    let start = Instant::now();
    let gone = diesel::sql_query(BARE).execute(&mut conn).await.expect("SQL");
    let took = start.elapsed().as_secs_f64();
    assert_eq!(gone, EXPIRED);
    assert_swept(&url).await;
    copies.drop(&name).await;
    took
}

pub(crate) async fn run() -> Vec<Row> {
    let mut copies = Copies::fill().await;
    let (mut our_times, mut bare_times, mut ratios) = (vec![], vec![], vec![]);
    for round in 0..=ROUNDS {
        let (our_time, bare_time) = (ours(&mut copies).await, bare(&mut copies).await);
        // The first round warms up.
        if round > 0 {
            our_times.push(our_time);
            bare_times.push(bare_time);
            ratios.push(our_time / bare_time);
        }
    }
    vec![Row {
        what: "100,000 expired shares swept, against one bare statement".to_owned(),
        ours: format!("{:.1} s", median(our_times)),
        baseline: format!("{:.1} s", median(bare_times)),
        ratio: format!("{:.2} ×", median(ratios)),
        wanted: "≤ 2 ×".to_owned(),
    }]
}
