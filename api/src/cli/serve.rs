//! `vitrine serve`.

use super::{
    check, check_migrations, check_storage, exit, output, required_database, runtime, services, stopped, worker,
};
use crate::{
    config::Config,
    monitoring::Metrics,
    server::{self, Redis},
};
use domain::Clock;
use std::{process::ExitCode, sync::Arc};

pub(super) fn run(config: &Config) -> anyhow::Result<ExitCode> {
    check(config)?;
    let (listener, metrics_listener) = (server::bind(config)?, server::bind_metrics(config)?);
    let database = required_database(config)?;
    let redis = config.redis().map_err(exit::configuration)?;
    let redis = redis.as_ref().map(|server| Redis { server, namespace: worker::NAMESPACE });
    runtime()?.block_on(async {
        let stopped = stopped()?;
        let services = services(config, &database, redis, Clock::system())?;
        check_migrations(&database).await?;
        check_storage(&services).await?;
        let public_url = services.public_url.clone();
        let workers = std::thread::available_parallelism().map_or(2, usize::from);
        let queue = redis.map(|redis| redis.queue(Clock::system()));
        let metrics = Arc::new(Metrics::new(&services.clock, queue)?);
        server::spawn_metrics(&services, &metrics, metrics_listener)?;
        let server = server::serve(services, metrics, config, listener, workers)?;
        let handle = server.handle();
        let serving = tokio::spawn(server);
        output::say(&format!("serving {public_url} on {}", config.listen));
        stopped.await;
        handle.stop(true).await;
        serving.await??;
        Ok(ExitCode::SUCCESS)
    })
}
