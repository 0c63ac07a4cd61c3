//! Embedded migrations.

use crate::Database;
use diesel::{
    dsl::sql,
    migration::{Migration, MigrationSource},
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Text},
};
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::time::Duration;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// The advisory lock of the migrations: any number that no other lock has.
const LOCK: i64 = 7_216_489;

/// How long a migration waits for a lock, and all requests behind it. It is longer than `deadlock_timeout` (usually a second), after which
/// Postgres ends a vacuum that it began by itself, if that is in the way (but not one against the wraparound of transaction ids).
const LOCK_WAIT: Duration = Duration::from_millis(1500);

/// How long it lets them pass before it tries again.
const PAUSE: Duration = Duration::from_secs(1);

/// How often it tries.
const TRIES: usize = 120;

/// Why a database could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The database cannot be reached.
    #[error("cannot connect to the database that DATABASE_URL, or DATABASE_DIRECT_URL, names: {0}")]
    Connect(ConnectionError),
    /// Others have held a lock for too long.
    #[error(
        "a migration waits for a table that others use, and gave up after {TRIES} tries: end long transactions (see \
         pg_stat_activity), and run it again; what is done is kept ({0})"
    )]
    Locked(String),
    /// A migration failed; the ones before it are kept.
    #[error("a migration failed: {0}")]
    Run(Box<dyn std::error::Error + Send + Sync>),
}

/// Runs the pending migrations, and returns their versions. Needs a multi-threaded runtime.
pub async fn run(database: &Database) -> Result<Vec<String>, MigrationError> {
    let mut connection = database.connect_directly().await.map_err(MigrationError::Connect)?;
    // Several processes may start at once; the lock ends with the connection. A waiting process polls instead of
    // holding a statement open, because `CREATE INDEX CONCURRENTLY` waits until all older statements have ended.
    while !try_lock(&mut connection).await.map_err(|error| MigrationError::Run(error.into()))? {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut harness = AsyncMigrationHarness::new(connection);
    let pending = pending(&mut harness).map_err(MigrationError::Run)?;
    let (mut connection, mut versions) = (harness.into_inner(), Vec::new());
    for in_transaction in pending {
        let version;
        (connection, version) = run_next(connection, in_transaction).await?;
        versions.push(version);
    }
    Ok(versions)
}

/// Of each pending migration, whether it runs in a transaction.
fn pending(harness: &mut AsyncMigrationHarness<AsyncPgConnection>) -> diesel::migration::Result<Vec<bool>> {
    let pending = harness.pending_migrations(MIGRATIONS)?;
    Ok(pending.iter().map(|migration| migration.metadata().run_in_transaction()).collect())
}

/// Runs the first pending migration, and returns its version.
///
/// Where it wants a table for itself, all requests that come later wait behind it, also while it waits itself. So it does
/// not wait for long, and lets the others pass before it tries again. What builds an index concurrently runs outside of a
/// transaction and waits for old transactions only; nobody waits behind it, and what it leaves when it is cut off is an
/// invalid index.
async fn run_next(
    mut connection: AsyncPgConnection,
    in_transaction: bool,
) -> Result<(AsyncPgConnection, String), MigrationError> {
    let lock = if in_transaction { LOCK_WAIT.as_millis() } else { 0 };
    let settings = format!("SET statement_timeout = 0; SET lock_timeout = {lock}");
    connection.batch_execute(&settings).await.map_err(|error| MigrationError::Run(error.into()))?;
    let mut tries = 1;
    loop {
        let mut harness = AsyncMigrationHarness::new(connection);
        let ran = harness.run_next_migration(MIGRATIONS).map(|version| version.to_string());
        connection = harness.into_inner();
        let failed = match ran {
            Ok(version) => return Ok((connection, version)),
            Err(error) => error,
        };
        // The kind of the error does not tell it.
        if !failed.to_string().contains("canceling statement due to lock timeout") {
            return Err(MigrationError::Run(failed));
        }
        if tries == TRIES {
            return Err(MigrationError::Locked(failed.to_string()));
        }
        tries += 1;
        tokio::time::sleep(PAUSE).await;
    }
}

/// The migrations by which a database differs from this version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Those that have not run, in their order.
    pub missing: Vec<String>,
    /// Those that have run, and that this version does not have, in their order.
    pub unknown: Vec<String>,
}

/// Compares the migrations that have run with those of this version.
pub async fn compare(conn: &mut AsyncPgConnection) -> QueryResult<Difference> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        version: String,
    }
    #[expect(clippy::disallowed_methods, reason = "is asked once")]
    let exists = diesel::select(sql::<Bool>("to_regclass('__diesel_schema_migrations') IS NOT NULL"));
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
    Ok(Difference { missing, unknown })
}

/// Takes the lock of the migrations, if it is free.
#[expect(clippy::disallowed_methods, reason = "is asked once at a start")]
async fn try_lock(connection: &mut AsyncPgConnection) -> QueryResult<bool> {
    diesel::select(sql::<Bool>(&format!("pg_try_advisory_lock({LOCK})"))).get_result(connection).await
}

/// Reverts all migrations; for the test that each can be reverted.
pub async fn revert_all(database: &Database) -> Result<(), MigrationError> {
    let connection = database.connect_directly().await.map_err(MigrationError::Connect)?;
    let mut harness = AsyncMigrationHarness::new(connection);
    harness.revert_all_migrations(MIGRATIONS).map_err(MigrationError::Run)?;
    Ok(())
}
