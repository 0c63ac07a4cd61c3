//! Starts everything, imports what is to be imported, and stops everything in order.

use super::{administrator::administrator, welcome::welcome};
use crate::{
    cli::{SHUTDOWN_TIMEOUT, check_storage, exit, import::print_report, output, runtime, services, stopped, worker},
    config::Config,
    installation::{
        import, secret_file,
        servers::{Durability, PrivateServers},
    },
    monitoring::Metrics,
    server::{self, Redis},
};
use anyhow::Context;
use app::{Services, redis_server::RedisServer};
use clap::Args;
use domain::Clock;
use rand::RngExt;
use schema::{Database, assets, workspaces};
use std::{fs, future::pending, os::unix::fs::DirBuilderExt, path::PathBuf, pin::pin, process::ExitCode, sync::Arc};
use tokio::sync::watch;

#[derive(Debug, Args)]
pub(in crate::cli) struct Up {
    /// Import this folder of your own; what is there already is skipped.
    #[arg(long)]
    library: Option<PathBuf>,
    /// Import this folder if the library is empty.
    #[arg(long, hide = true)]
    sample_library: Option<PathBuf>,
}

impl Up {
    pub(in crate::cli) fn run(&self, config: Config) -> anyhow::Result<ExitCode> {
        // The most frequent mistakes are found first, because the checks cost nothing.
        let listener = server::bind(&config)?;
        if let Some(folder) = &self.library {
            anyhow::ensure!(folder.is_dir(), "{} is not a folder", folder.display());
        }
        let folder = fs::DirBuilder::new().recursive(true).mode(0o700).create(&config.data);
        folder.with_context(|| format!("cannot make {}", config.data.display()))?;
        if config.secret_key.is_none() && secret_file::read(&config.key_file())?.is_none() {
            secret_file::write(&config.key_file(), generate_key())?;
        }
        config.keyring().map_err(exit::configuration)?;

        let (database, redis) = (config.database(), config.redis());
        let (database, redis) = (database.map_err(exit::configuration)?, redis.map_err(exit::configuration)?);

        // Private servers end with the thread that starts them, which is this one.
        let servers = match (&config.database_url, &config.redis_url) {
            (Some(_), Some(_)) => None,
            _ => Some(PrivateServers::start(&config.data, Durability::Durable)?),
        };
        let private = |url: fn(&PrivateServers) -> &str| servers.as_ref().map(|servers| url(servers).to_owned());
        let database = match database {
            Some(database) => database,
            None => private(PrivateServers::database_url).unwrap_or_default().parse()?,
        };
        let redis = match redis {
            Some(redis) => redis,
            None => private(PrivateServers::redis_url).unwrap_or_default().parse()?,
        };

        let runtime = runtime()?;
        let answer = runtime.block_on(self.work(&config, listener, database, redis));
        // The users of the servers end before the servers.
        runtime.shutdown_timeout(SHUTDOWN_TIMEOUT);
        drop(servers);
        answer
    }

    async fn work(
        &self,
        config: &Config,
        listener: std::net::TcpListener,
        database: Database,
        redis_server: RedisServer,
    ) -> anyhow::Result<ExitCode> {
        let mut stopped = pin!(stopped()?);
        let redis = Redis { server: &redis_server, namespace: worker::NAMESPACE };
        let services = services(config, &database, Some(redis), Clock::system())?;
        let sign_in = tokio::select! {
            known = async {
                check_storage(&services).await?;
                schema::migrations::run(&database).await?;
                administrator(config, &services).await
            } => known?,
            // The migrations may wait for another process that runs them, too.
            () = &mut stopped => return Ok(ExitCode::SUCCESS),
        };

        let metrics = Arc::new(Metrics::new(&services.clock, Some(redis.queue(Clock::system())))?);
        server::spawn_metrics(&services, &metrics, server::bind_metrics(config)?)?;
        let server = server::serve(
            Arc::clone(&services),
            Arc::clone(&metrics),
            config,
            listener,
            std::thread::available_parallelism().map_or(2, usize::from),
        )?;
        let (handle, serving) = (server.handle(), tokio::spawn(server));
        let (stop, stopping) = watch::channel(false);
        let context = server::job_context(&services, &metrics, server::job_pool(config, &database)?);
        let namespace = worker::NAMESPACE.to_owned();
        let working =
            tokio::spawn(jobs::run(database, redis_server, namespace, context, worker::setup(config), stopping));

        let told = tokio::select! {
            told = async {
                self.import(config, &services).await?;
                output::say(&welcome(&services, &sign_in).await?);
                pending::<anyhow::Result<()>>().await
            } => told,
            // Also while files are still being imported.
            () = &mut stopped => Ok(()),
        };

        output::note("stopping");
        handle.stop(true).await;
        stop.send_replace(true);
        serving.await??;
        working.await??;
        told.map(|()| ExitCode::SUCCESS)
    }

    async fn import(&self, config: &Config, services: &Services) -> anyhow::Result<()> {
        if let Some(folder) = &self.library {
            print_report(&import::run(services, folder, false).await?);
        } else if let Some(folder) = &self.sample_library {
            // Samples are imported into an empty library only; an import of samples that was stopped is finished.
            let unfinished = config.data.join("samples-unfinished");
            let mut conn = services.pool.get().await?;
            let workspace = workspaces::oldest(&mut conn).await?.context("there is no workspace")?;
            let empty = !assets::any(&mut conn, workspace.id).await?;
            drop(conn);
            if empty || unfinished.exists() {
                fs::write(&unfinished, "")?;
                print_report(&import::run(services, folder, false).await?);
                fs::remove_file(&unfinished)?;
            }
        }
        Ok(())
    }
}

/// A random key for the tokens of links.
fn generate_key() -> String {
    let mut rng = rand::rng();
    format!("{:032x}{:032x}", rng.random::<u128>(), rng.random::<u128>())
}
