//! What Postgres says that the statements of a request cost.

use super::{library::Library, request::Request};
use crate::measure::median;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Double, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use std::collections::BTreeMap;

/// Rounds of requests, of which the median counts, and how many requests each has. The first ones are not measured:
/// Postgres plans a prepared statement five times before it may keep the plan.
const ROUNDS: usize = 3;
const REQUESTS: usize = 6;
const WARM: usize = 7;

/// What statements cost for each request.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    /// Planning and execution.
    pub(super) milliseconds: f64,
    /// Pages of 8 kB that were looked at, wherever they were.
    pub(super) pages: f64,
    /// How often the statement is sent.
    pub(super) calls: f64,
}

/// What a request costs, and each of its statements by its text.
pub(super) struct Measured {
    pub(super) total: Cost,
    pub(super) statements: BTreeMap<String, Cost>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    query: String,
    #[diesel(sql_type = Double)]
    milliseconds: f64,
    #[diesel(sql_type = BigInt)]
    pages: i64,
    #[diesel(sql_type = BigInt)]
    calls: i64,
}

const COSTS: &str = "SELECT query, sum(total_plan_time + total_exec_time) AS milliseconds,
        sum(shared_blks_hit + shared_blks_read)::bigint AS pages, sum(calls)::bigint AS calls
    FROM pg_stat_statements
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND query NOT LIKE '%pg_stat_statements%'
    GROUP BY query";

/// Sends the request again and again.
pub(super) async fn measure(library: &Library, request: &Request) -> Measured {
    let mut conn = library.server.database().await;
    let mut rounds = Vec::new();
    for call in 0..WARM {
        request.send(library, call).await;
    }
    for round in 0..ROUNDS {
        conn.batch_execute("SELECT pg_stat_statements_reset()").await.expect("SQL");
        for call in 0..REQUESTS {
            request.send(library, WARM + round * REQUESTS + call).await;
        }
        rounds.push(costs(&mut conn).await);
    }
    let total = middle(rounds.iter().map(|round| {
        let add = |part: fn(&Cost) -> f64| round.values().map(part).sum();
        Cost {
            milliseconds: add(|cost| cost.milliseconds),
            pages: add(|cost| cost.pages),
            calls: add(|cost| cost.calls),
        }
    }));
    let mut statements = BTreeMap::new();
    for text in rounds.iter().flat_map(BTreeMap::keys) {
        let cost = middle(rounds.iter().map(|round| round.get(text).copied().unwrap_or_default()));
        statements.insert(text.clone(), cost);
    }
    Measured { total, statements }
}

/// The middle of each figure.
fn middle(costs: impl Iterator<Item = Cost> + Clone) -> Cost {
    Cost {
        milliseconds: median(costs.clone().map(|cost| cost.milliseconds).collect()),
        pages: median(costs.clone().map(|cost| cost.pages).collect()),
        calls: median(costs.map(|cost| cost.calls).collect()),
    }
}

/// What each statement of a round cost for each request.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
async fn costs(conn: &mut AsyncPgConnection) -> BTreeMap<String, Cost> {
    let rows: Vec<Row> = diesel::sql_query(COSTS).load(conn).await.expect("SQL");
    let requests = REQUESTS as f64;
    let cost = |row: Row| {
        let Row { query, milliseconds, pages, calls } = row;
        let (pages, calls) = (pages as f64 / requests, calls as f64 / requests);
        (query, Cost { milliseconds: milliseconds / requests, pages, calls })
    };
    rows.into_iter().map(cost).collect()
}
