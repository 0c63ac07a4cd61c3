//! Embedded migrations.

use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// Why a database could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// There is no way to it.
    #[error("cannot connect to the database that DATABASE_URL names: {0}")]
    Connect(diesel::ConnectionError),
    /// A migration failed; the ones before it are kept.
    #[error("a migration failed: {0}")]
    Run(Box<dyn std::error::Error + Send + Sync>),
}

/// Brings a database up to date. Needs a multi-threaded runtime. Returns what was run.
pub async fn run(database_url: &str) -> Result<Vec<String>, MigrationError> {
    let mut connection = AsyncPgConnection::establish(database_url).await.map_err(MigrationError::Connect)?;
    // Several processes may start at once; the lock ends with the connection.
    diesel_async::SimpleAsyncConnection::batch_execute(&mut connection, "SELECT pg_advisory_lock(7216489)")
        .await
        .map_err(|error| MigrationError::Run(error.into()))?;
    let mut harness = AsyncMigrationHarness::new(connection);
    let versions = harness.run_pending_migrations(MIGRATIONS).map_err(MigrationError::Run)?;
    Ok(versions.iter().map(ToString::to_string).collect())
}

/// Undoes every migration; for the test that each has its way back.
pub async fn revert_all(database_url: &str) -> Result<(), MigrationError> {
    let connection = AsyncPgConnection::establish(database_url).await.map_err(MigrationError::Connect)?;
    let mut harness = AsyncMigrationHarness::new(connection);
    harness.revert_all_migrations(MIGRATIONS).map_err(MigrationError::Run)?;
    Ok(())
}
