//! `vitrine serve`.

use super::{output, required, runtime, stopped, worker::NAMESPACE};
use crate::{
    config::Config,
    metrics::{Metrics, QueuePlace},
    server,
};
use domain::Clock;
use std::{process::ExitCode, sync::Arc};

pub(super) fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let listener = server::bind(config)?;
    let database_url = required(config.database_url.as_deref(), "DATABASE_URL")?;
    runtime()?.block_on(async {
        let services = server::services(config, &database_url, config.redis_url.as_deref(), Clock::system())?;
        let public_url = services.public_url.clone();
        let workers = std::thread::available_parallelism().map_or(2, usize::from);
        let queue = config.redis_url.as_deref().map(|url| QueuePlace::new(url, NAMESPACE, Clock::system()));
        let metrics = Arc::new(Metrics::new(&services.clock, queue)?);
        let server = server::serve(services, metrics, config, listener, workers)?;
        let handle = server.handle();
        let serving = tokio::spawn(server);
        output::say(&format!("serving {public_url} on {}", config.listen));
        stopped().await?;
        handle.stop(true).await;
        serving.await??;
        Ok(ExitCode::SUCCESS)
    })
}
