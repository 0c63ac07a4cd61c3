//! Embedded migrations.

use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::time::Duration;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// The advisory lock of whoever migrates: any number that nobody else uses.
const LOCK: i64 = 7_216_489;

/// Why a database could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// There is no way to it.
    #[error("cannot connect to the database that DATABASE_URL names: {0}")]
    Connect(ConnectionError),
    /// A migration failed; the ones before it are kept.
    #[error("a migration failed: {0}")]
    Run(Box<dyn std::error::Error + Send + Sync>),
}

/// Brings a database up to date. Needs a multi-threaded runtime. Returns what was run.
pub async fn run(database_url: &str) -> Result<Vec<String>, MigrationError> {
    let mut connection = AsyncPgConnection::establish(database_url).await.map_err(MigrationError::Connect)?;
    // Several processes may start at once; the lock ends with the connection. Who waits for it holds nothing open:
    // an index that is made concurrently waits until all statements from before have ended.
    while !try_lock(&mut connection).await.map_err(|error| MigrationError::Run(error.into()))? {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut harness = AsyncMigrationHarness::new(connection);
    let versions = harness.run_pending_migrations(MIGRATIONS).map_err(MigrationError::Run)?;
    Ok(versions.iter().map(ToString::to_string).collect())
}

/// Takes the lock of whoever migrates, if nobody has it.
async fn try_lock(connection: &mut AsyncPgConnection) -> QueryResult<bool> {
    diesel::select(sql::<Bool>(&format!("pg_try_advisory_lock({LOCK})"))).get_result(connection).await
}

/// Undoes every migration; for the test that each has its way back.
pub async fn revert_all(database_url: &str) -> Result<(), MigrationError> {
    let connection = AsyncPgConnection::establish(database_url).await.map_err(MigrationError::Connect)?;
    let mut harness = AsyncMigrationHarness::new(connection);
    harness.revert_all_migrations(MIGRATIONS).map_err(MigrationError::Run)?;
    Ok(())
}
