//! `vitrine worker`.

use super::{output, required, runtime, stopped};
use crate::{config::Config, server};
use domain::Clock;
use std::process::ExitCode;
use tokio::sync::watch;

/// What the queue's keys in Redis begin with.
pub(super) const NAMESPACE: &str = "vitrine";

pub(super) fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let database_url = required(config.database_url.as_deref(), "DATABASE_URL")?;
    let redis_url = required(config.redis_url.as_deref(), "REDIS_URL")?;
    runtime()?.block_on(async {
        let services = server::services(config, &database_url, None, Clock::system())?;
        let parts = server::parts(&services);
        let (stop, stopping) = watch::channel(false);
        let working = tokio::spawn(jobs::run(database_url, redis_url, NAMESPACE.to_owned(), parts, setup(), stopping));
        output::say("working");
        stopped().await?;
        stop.send_replace(true);
        working.await??;
        Ok(ExitCode::SUCCESS)
    })
}

/// Jobs at a time, lane by lane.
pub(super) fn setup() -> jobs::Setup {
    jobs::Setup::of_cores(std::thread::available_parallelism().map_or(2, usize::from))
}
