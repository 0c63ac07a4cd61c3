//! `vitrine up`: everything at once, for trying and for small installations.

use super::{PATIENCE, import::tell, output, runtime, stopped, worker};
use crate::{
    bootstrap,
    config::Config,
    import,
    metrics::Metrics,
    server::{self, Redis},
    servers::{Durability, PrivateServers},
};
use anyhow::Context;
use clap::Args;
use domain::{AssetKind, Clock, password::Password};
use graphql::Services;
use rand::RngExt;
use schema::{
    Page,
    assets::{self, AssetFilter},
    workspaces,
};
use std::{
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};
use tokio::sync::watch;

#[derive(Debug, Args)]
pub(super) struct Up {
    /// Import this folder of your own; what is there already is skipped.
    #[arg(long)]
    library: Option<PathBuf>,
    /// Import this folder if the library is empty.
    #[arg(long, hide = true)]
    sample_library: Option<PathBuf>,
}

impl Up {
    pub(super) fn run(&self, config: Config) -> anyhow::Result<ExitCode> {
        // First what is wrong most often and costs nothing to find out.
        let listener = server::bind(&config)?;
        if let Some(folder) = &self.library {
            anyhow::ensure!(folder.is_dir(), "{} is not a folder", folder.display());
        }
        fs::create_dir_all(&config.data).with_context(|| format!("cannot make {}", config.data.display()))?;
        if config.secret_key.is_none() {
            keep_secret(&config.key_file(), generate_key)?;
        }

        // Private servers end with the thread that starts them: this one.
        let servers = match (&config.database_url, &config.redis_url) {
            (Some(_), Some(_)) => None,
            _ => Some(PrivateServers::start(&config.data, Durability::Kept)?),
        };
        let url = |own: &Option<String>, private: fn(&PrivateServers) -> &str| {
            own.clone().or_else(|| servers.as_ref().map(|servers| private(servers).to_owned())).unwrap_or_default()
        };
        let database_url = url(&config.database_url, PrivateServers::database_url);
        let redis_url = url(&config.redis_url, PrivateServers::redis_url);

        let runtime = runtime()?;
        let answer = runtime.block_on(self.work(&config, listener, database_url, redis_url));
        // In order: what uses the servers ends before they do.
        runtime.shutdown_timeout(PATIENCE);
        drop(servers);
        answer
    }

    async fn work(
        &self,
        config: &Config,
        listener: std::net::TcpListener,
        database_url: String,
        redis_url: String,
    ) -> anyhow::Result<ExitCode> {
        schema::migrations::run(&database_url).await?;
        let redis = Redis { url: &redis_url, namespace: worker::NAMESPACE };
        let services = server::services(config, &database_url, Some(redis), Clock::system())?;
        let sign_in = administrator(config, &services).await?;

        let metrics = Arc::new(Metrics::new(&services.clock, Some(redis.queue(Clock::system())?))?);
        let server = server::serve(
            Arc::clone(&services),
            Arc::clone(&metrics),
            config,
            listener,
            std::thread::available_parallelism().map_or(2, usize::from),
        )?;
        let (handle, serving) = (server.handle(), tokio::spawn(server));
        let (stop, stopping) = watch::channel(false);
        let parts = server::parts(&services, &metrics);
        let namespace = worker::NAMESPACE.to_owned();
        let working =
            tokio::spawn(jobs::run(database_url, redis_url, namespace, parts, worker::setup(config), stopping));

        tokio::select! {
            told = async {
                self.import(config, &services).await?;
                output::say(&welcome(&services, &sign_in).await?);
                stopped().await
            } => told?,
            // While pictures are still being imported, Ctrl-C counts, too.
            told = stopped() => told?,
        }

        output::note("stopping");
        handle.stop(true).await;
        stop.send_replace(true);
        serving.await??;
        working.await??;
        Ok(ExitCode::SUCCESS)
    }

    async fn import(&self, config: &Config, services: &Services) -> anyhow::Result<()> {
        if let Some(folder) = &self.library {
            tell(&import::run(services, folder, false).await?);
        } else if let Some(folder) = &self.sample_library {
            // Samples are for an empty library; but those that were being imported when it was stopped belong to it.
            let unfinished = config.data.join("samples-unfinished");
            let mut conn = services.pool.get().await?;
            let workspace = workspaces::oldest(&mut conn).await?.context("there is no workspace")?;
            let empty = !assets::any(&mut conn, workspace.id).await?;
            drop(conn);
            if empty || unfinished.exists() {
                fs::write(&unfinished, "")?;
                tell(&import::run(services, folder, false).await?);
                fs::remove_file(&unfinished)?;
            }
        }
        Ok(())
    }
}

/// Makes the first administrator where there is none, and says how to sign in.
async fn administrator(config: &Config, services: &Services) -> anyhow::Result<String> {
    let file = config.data.join("admin-password");
    let (password, shown) = if let Some(password) = &config.admin_password {
        (password.clone(), "(the password you have set)".to_owned())
    } else {
        let password = keep_secret(&file, || Password::generate(&mut rand::rng()).reveal().to_owned())?;
        (password.clone(), password)
    };
    let mut conn = services.pool.get().await?;
    if !bootstrap::is_done(&mut conn).await? {
        bootstrap::run(&mut conn, services.now(), &config.admin_email, &password).await?;
    }
    Ok(format!("{}  {shown}", config.admin_email))
}

/// Where to click, how to sign in, and a first call to paste.
async fn welcome(services: &Services, sign_in: &str) -> anyhow::Result<String> {
    let mut conn = services.pool.get().await?;
    let workspace = workspaces::oldest(&mut conn).await?.context("there is no workspace")?;
    let count = assets::count(&mut conn, workspace.id, &AssetFilter::default()).await?;
    let pictures = AssetFilter { collection: None, kind: Some(AssetKind::Image), search: None };
    let newest = assets::list(&mut conn, workspace.id, &pictures, Page::first(1)).await?.rows;
    let url = &services.public_url;
    let (email, password) = sign_in.split_once("  ").unwrap_or((sign_in, ""));
    let prefix = &workspace.number_prefix;
    let example =
        newest.first().map_or_else(String::new, |asset| format!("\n  An asset     {url}/a/{prefix}-{}", asset.number));
    let password = if password.starts_with('(') { "…" } else { password };
    Ok(format!(
        "
Vitrine is up, with {count} assets.

  Playground   {url}/graphiql{example}
  Sign-in      {sign_in}

A first call to paste:

  curl {url}/graphql -H 'Content-Type: application/json' \\
    -d '{{\"query\": \"mutation {{ signIn(input: {{email: \\\"{email}\\\", password: \\\"{password}\\\"}}) {{ token userErrors {{ message }} }} }}\"}}'

Ctrl-C stops everything; what you keep here stays.
"
    ))
}

/// The secret in a file that only its owner can read; made if it is not there.
fn keep_secret(file: &Path, make: impl FnOnce() -> String) -> anyhow::Result<String> {
    if let Ok(text) = fs::read_to_string(file) {
        return Ok(text.trim().to_owned());
    }
    let secret = make();
    let written = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .and_then(|mut opened| writeln!(opened, "{secret}").and_then(|()| opened.sync_all()));
    written.with_context(|| format!("cannot write {}", file.display()))?;
    Ok(secret)
}

fn generate_key() -> String {
    let mut rng = rand::rng();
    format!("{:032x}{:032x}", rng.random::<u128>(), rng.random::<u128>())
}
