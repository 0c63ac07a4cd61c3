//! What tables and indexes take up.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Double, Text},
};
use diesel_async::RunQueryDsl;
use tests::Running;

/// A table of a library of a size.
#[derive(QueryableByName)]
pub(super) struct Table {
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    #[diesel(sql_type = BigInt)]
    pub(super) rows: i64,
    /// With what is stored beside it (TOAST), and its maps of free space.
    #[diesel(sql_type = BigInt)]
    pub(super) bytes: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) index_bytes: i64,
    /// Each index, with its bytes for each row of the table.
    #[diesel(sql_type = Text)]
    pub(super) indexes: String,
}

/// The tables that grow with a library of this size.
pub(super) struct Stored {
    pub(super) size: usize,
    pub(super) tables: Vec<Table>,
    /// Bytes of the whole database.
    pub(super) whole: i64,
}

#[derive(QueryableByName)]
struct Whole {
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

/// Tables with at least a hundredth as many rows as there are links.
const TABLES: &str = "SELECT relname::text AS name, reltuples::bigint AS rows, pg_table_size(oid) AS bytes,
        pg_indexes_size(oid) AS index_bytes,
        (SELECT string_agg(format('%s %s', indexrelid::regclass, round((pg_relation_size(indexrelid) / reltuples)::numeric)),
            ', ' ORDER BY pg_relation_size(indexrelid) DESC)
        FROM pg_index WHERE indrelid = pg_class.oid) AS indexes
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples >= $1
    ORDER BY pg_total_relation_size(oid) DESC";

/// Looks at all of them.
#[expect(clippy::cast_precision_loss, reason = "millions")]
pub(super) async fn of(server: &Running, size: usize) -> Stored {
    let mut conn = server.database().await;
    let tables = diesel::sql_query(TABLES).bind::<Double, _>(size as f64 / 100.0).load(&mut conn).await.expect("SQL");
    let whole = diesel::sql_query("SELECT pg_database_size(current_database()) AS bytes");
    let Whole { bytes: whole } = whole.get_result(&mut conn).await.expect("SQL");
    Stored { size, tables, whole }
}
