//! `vitrine worker`.

use super::{SHUTDOWN_TIMEOUT, check_storage, output, required, runtime, services, stopped};
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
    let database_url = required(config.database_url.as_deref(), "DATABASE_URL")?;
    let redis_url = required(config.redis_url.as_deref(), "REDIS_URL")?;
    let listener = server::bind_metrics(config)?;
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        // Signals are caught before any job runs, so that none is lost.
        let stopped = stopped()?;
        let services = services(config, &database_url, None, Clock::system())?;
        check_storage(&services).await?;
        let queue = Redis { url: &redis_url, namespace: NAMESPACE }.queue(Clock::system())?;
        let metrics = Arc::new(Metrics::new(&services.clock, Some(queue))?);
        let context = server::job_context(&services, &metrics);
        server::spawn_metrics(&services, &metrics, listener)?;
        let (stop, stopping) = watch::channel(false);
        let working =
            tokio::spawn(jobs::run(database_url, redis_url, NAMESPACE.to_owned(), context, setup(config), stopping));
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
