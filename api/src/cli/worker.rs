//! `vitrine worker`.

use super::{
    SHUTDOWN_TIMEOUT, check, check_migrations, check_storage, output, required_database, required_redis, runtime,
    services, stopped,
};
use crate::{
    config::Config,
    monitoring::Metrics,
    server::{self, Redis},
};
use domain::Clock;
use std::{process::ExitCode, sync::Arc, time::Duration};
use tokio::sync::watch;

/// The prefix of the queue's keys in Redis.
pub const NAMESPACE: &str = "vitrine";

pub(super) fn run(config: &Config) -> anyhow::Result<ExitCode> {
    check(config)?;
    let database = required_database(config)?;
    let redis = required_redis(config)?;
    let listener = server::bind_metrics(config)?;
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        // Signals are caught before any job runs, so that none is lost.
        let stopped = stopped()?;
        let services = services(config, &database, None, Clock::system())?;
        check_migrations(&database).await?;
        check_storage(&services).await?;
        let queue = Redis { server: &redis, namespace: NAMESPACE }.queue(Clock::system());
        let metrics = Arc::new(Metrics::new(&services.clock, Some(queue))?);
        let context = server::job_context(&services, &metrics, server::job_pool(config, &database)?);
        server::spawn_metrics(&services, &metrics, listener)?;
        let (stop, stopping) = watch::channel(false);
        let working = tokio::spawn(jobs::run(database, redis, NAMESPACE.to_owned(), context, setup(config), stopping));
        output::say("working");
        stopped.await;
        stop.send_replace(true);
        working.await??;
        Ok(ExitCode::SUCCESS)
    });
    runtime.shutdown_timeout(SHUTDOWN_TIMEOUT);
    ended
}

/// How many jobs of each lane a process runs at a time, and how long they may take to end.
pub(super) fn setup(config: &Config) -> jobs::Setup {
    let setup = jobs::Setup::of_cores(std::thread::available_parallelism().map_or(2, usize::from));
    jobs::Setup { grace: Duration::from_secs(config.worker_grace), ..setup }
}
