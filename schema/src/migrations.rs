//! Embedded migrations.

use diesel::{
    dsl::sql,
    migration::{Migration, MigrationSource},
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Text},
};
use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::time::Duration;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// The advisory lock of the migrations: any number that no other lock has.
const LOCK: i64 = 7_216_489;

/// Why a database could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database cannot be reached.
    #[error("cannot connect to the database that DATABASE_URL names: {0}")]
    Connect(ConnectionError),
    /// A migration failed; the ones before it are kept.
    #[error("a migration failed: {0}")]
    Run(Box<dyn std::error::Error + Send + Sync>),
}

/// Runs the pending migrations, and returns their versions. Needs a multi-threaded runtime.
pub async fn run(database_url: &str) -> Result<Vec<String>, MigrationError> {
    let mut connection = AsyncPgConnection::establish(database_url).await.map_err(MigrationError::Connect)?;
    // Several processes may start at once; the lock ends with the connection. A waiting process polls instead of
    // holding a statement open, because `CREATE INDEX CONCURRENTLY` waits until all older statements have ended.
    while !try_lock(&mut connection).await.map_err(|error| MigrationError::Run(error.into()))? {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut harness = AsyncMigrationHarness::new(connection);
    let versions = harness.run_pending_migrations(MIGRATIONS).map_err(MigrationError::Run)?;
    Ok(versions.iter().map(ToString::to_string).collect())
}

/// The migrations by which a database differs from this version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Those that have not run, in their order.
    pub missing: Vec<String>,
    /// Those that have run, and that this version does not have, in their order.
    pub unknown: Vec<String>,
}

/// Compares the migrations that have run with those of this version.
pub async fn pending(conn: &mut AsyncPgConnection) -> QueryResult<Pending> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        version: String,
    }
    let exists = diesel::select(sql::<Bool>("to_regclass('__diesel_schema_migrations') IS NOT NULL"));
    #[expect(clippy::disallowed_methods, reason = "is asked once")]
    let has_run: Vec<Row> = if exists.get_result(conn).await? {
        diesel::sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version").load(conn).await?
    } else {
        Vec::new()
    };
    let has_run: Vec<String> = has_run.into_iter().map(|row| row.version).collect();
    let all = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(diesel::result::Error::DeserializationError)?;
    let mut all: Vec<String> = all.iter().map(|migration| migration.name().version().to_string()).collect();
    all.sort();
    let unknown = has_run.iter().filter(|version| !all.contains(version)).cloned().collect();
    let missing = all.into_iter().filter(|version| !has_run.contains(version)).collect();
    Ok(Pending { missing, unknown })
}

/// Takes the lock of the migrations, if it is free.
#[expect(clippy::disallowed_methods, reason = "is asked once at a start")]
async fn try_lock(connection: &mut AsyncPgConnection) -> QueryResult<bool> {
    diesel::select(sql::<Bool>(&format!("pg_try_advisory_lock({LOCK})"))).get_result(connection).await
}

/// Reverts all migrations; for the test that each can be reverted.
pub async fn revert_all(database_url: &str) -> Result<(), MigrationError> {
    let connection = AsyncPgConnection::establish(database_url).await.map_err(MigrationError::Connect)?;
    let mut harness = AsyncMigrationHarness::new(connection);
    harness.revert_all_migrations(MIGRATIONS).map_err(MigrationError::Run)?;
    Ok(())
}
