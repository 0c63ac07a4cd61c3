//! What the commands have in common as processes: runtime, parts of the server, and signals.

use super::exit;
use crate::{
    config::Config,
    server::{self, Redis},
};
use app::{Services, redis_server::RedisServer};
use domain::Clock;
use schema::{
    Database,
    migrations::{self, Difference},
};
use std::{sync::Arc, time::Duration};
use storage::StorageError;
use tokio::time::timeout;

/// How long the end of a process waits for work that cannot be interrupted, such as the decoding of a picture.
pub(super) const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);

/// How long Postgres may take to say which migrations have run. A process that starts while it is away waits for it later.
const MIGRATIONS_WITHIN: Duration = Duration::from_secs(5);

/// The runtime of a command.
pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// Fails if the configuration is wrong; all that is wrong is told together.
pub(super) fn check(config: &Config) -> anyhow::Result<()> {
    let mistakes = config.mistakes();
    if mistakes.is_empty() { Ok(()) } else { Err(exit::configuration(mistakes.join("\n"))) }
}

/// The parts of the server. If they cannot be built, the configuration is wrong.
pub(super) fn services(
    config: &Config,
    database: &Database,
    redis: Option<Redis<'_>>,
    clock: Clock,
) -> anyhow::Result<Arc<Services>> {
    server::services(config, database, redis, clock).map_err(exit::configuration)
}

/// Fails where S3 refuses to answer, because the configuration must be changed first. A storage that is away may come back.
pub(super) async fn check_storage(services: &Services) -> anyhow::Result<()> {
    match services.storage.check().await {
        Err(error @ StorageError::Refused(_)) => Err(exit::configuration(error)),
        Err(error) => {
            tracing::warn!(%error, "the storage is away");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// Fails where migrations of this version have not run: each request and each job would fail. Those of a newer version are
/// made so that this one can go on.
pub(super) async fn check_migrations(database: &Database) -> anyhow::Result<()> {
    let asked = async {
        let mut conn = database.connect().await?;
        anyhow::Ok(migrations::compare(&mut conn).await?)
    };
    let asked = timeout(MIGRATIONS_WITHIN, asked).await;
    let Difference { missing, unknown } = match asked.unwrap_or_else(|_| Err(anyhow::anyhow!("no answer in time"))) {
        Ok(difference) => difference,
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "Postgres does not say which migrations have run");
            return Ok(());
        }
    };
    if let Some(next) = missing.first() {
        let message = format!(
            "the database is older than this version: {} migrations have not run, the next of them {next}; run `vitrine \
             migrate` of this version first",
            missing.len()
        );
        return Err(exit::unavailable(message));
    }
    if let Some(newest) = unknown.last() {
        tracing::warn!(newest, "the database is newer than this version; only the version before works with it, too");
    }
    Ok(())
}

/// The database that must be configured.
pub(super) fn required_database(config: &Config) -> anyhow::Result<Database> {
    config.database().map_err(exit::configuration)?.ok_or_else(|| missing("DATABASE_URL"))
}

/// The Redis that must be configured.
pub(super) fn required_redis(config: &Config) -> anyhow::Result<RedisServer> {
    config.redis().map_err(exit::configuration)?.ok_or_else(|| missing("REDIS_URL"))
}

fn missing(name: &str) -> anyhow::Error {
    exit::configuration(format!("{name} is not set; `vitrine up` starts a private server by itself"))
}

/// Waits for Ctrl-C or SIGTERM. From this call on, these signals do not end the process by themselves.
pub(super) fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
