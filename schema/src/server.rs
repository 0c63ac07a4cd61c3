//! What Postgres tells of itself.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{Bool, Integer, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// What Postgres tells of itself.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Server {
    /// Its version as a number: 150008 for 15.8.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    /// Its version as text.
    #[diesel(sql_type = Text)]
    pub text: String,
    /// How the database is encoded.
    #[diesel(sql_type = Text)]
    pub encoding: String,
    /// How many connections it takes, those for administrators left out.
    #[diesel(sql_type = Integer)]
    pub max_connections: i32,
    /// Whether the extension that searches use can be had.
    #[diesel(sql_type = Bool)]
    pub has_trigrams: bool,
    /// Whether the user may make what migrations make: tables, and the extension, if it is not there.
    #[diesel(sql_type = Bool)]
    pub may_create: bool,
    /// What time it is there.
    #[diesel(sql_type = Timestamptz)]
    pub now: DateTime<Utc>,
}

/// Asks Postgres about itself.
pub async fn ask(conn: &mut AsyncPgConnection) -> QueryResult<Server> {
    diesel::sql_query(
        "SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS text,
            pg_encoding_to_char((SELECT encoding FROM pg_database WHERE datname = current_database()))::text AS encoding,
            current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                AS max_connections,
            EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') AS has_trigrams,
            (has_database_privilege(current_database(), 'CREATE')
                    OR EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm'))
                AND coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS may_create,
            clock_timestamp() AS now",
    )
    .get_result(conn)
    .await
}
