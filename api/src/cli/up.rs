//! `vitrine up`: everything at once, for trying and for small installations.

use super::{SHUTDOWN_TIMEOUT, exit, import::print_report, output, runtime, services, stopped, worker};
use crate::{
    config::Config,
    installation::{
        bootstrap::{self, FirstAdmin},
        import, secret_file,
        servers::{Durability, PrivateServers},
    },
    monitoring::Metrics,
    server::{self, Redis},
};
use anyhow::Context;
use app::{Services, throttle::Source};
use clap::Args;
use domain::{
    AssetKind, Clock,
    password::{Attempt, Password},
};
use rand::RngExt;
use schema::{
    Page,
    assets::{self, AssetFilter},
    users, workspaces,
};
use std::{fs, future::pending, path::PathBuf, pin::pin, process::ExitCode, sync::Arc};
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
        // The most frequent mistakes are found first, because the checks cost nothing.
        let listener = server::bind(&config)?;
        if let Some(folder) = &self.library {
            anyhow::ensure!(folder.is_dir(), "{} is not a folder", folder.display());
        }
        fs::create_dir_all(&config.data).with_context(|| format!("cannot make {}", config.data.display()))?;
        if config.secret_key.is_none() && secret_file::read(&config.key_file())?.is_none() {
            secret_file::write(&config.key_file(), generate_key())?;
        }
        config.keyring().map_err(exit::configuration)?;

        // Private servers end with the thread that starts them, which is this one.
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
        // The users of the servers end before the servers.
        runtime.shutdown_timeout(SHUTDOWN_TIMEOUT);
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
        let mut stopped = pin!(stopped()?);
        let redis = Redis { url: &redis_url, namespace: worker::NAMESPACE };
        let services = services(config, &database_url, Some(redis), Clock::system())?;
        let sign_in = tokio::select! {
            known = async {
                schema::migrations::run(&database_url).await?;
                administrator(config, &services).await
            } => known?,
            // The migrations may wait for another process that runs them, too.
            () = &mut stopped => return Ok(ExitCode::SUCCESS),
        };

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
        let context = server::job_context(&services, &metrics);
        let namespace = worker::NAMESPACE.to_owned();
        let working =
            tokio::spawn(jobs::run(database_url, redis_url, namespace, context, worker::setup(config), stopping));

        tokio::select! {
            told = async {
                self.import(config, &services).await?;
                output::say(&welcome(&services, &sign_in).await?);
                pending::<anyhow::Result<()>>().await
            } => told?,
            // Also while files are still being imported.
            () = &mut stopped => {}
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

/// How to sign in, as far as the password is known.
struct SignIn {
    email: String,
    password: KnownPassword,
}

enum KnownPassword {
    /// The password was generated, and is kept in the data folder.
    Generated(String),
    /// The password is the configured one.
    Configured,
    /// The administrator existed before, with another password.
    Unknown,
}

/// Makes the first administrator, if there is none. The password of an administrator who existed before is verified, so
/// that a password which is printed opens.
async fn administrator(config: &Config, services: &Services) -> anyhow::Result<SignIn> {
    let file = config.data.join("admin-password");
    let mut conn = services.pool.get().await?;
    let Some(workspace) = workspaces::oldest(&mut conn).await? else {
        let (text, password) = if let Some(text) = &config.admin_password {
            (text.clone(), KnownPassword::Configured)
        } else {
            // An empty file is what a cut-off start left; its password was never printed.
            let text = match secret_file::read(&file)?.filter(|kept| !kept.is_empty()) {
                Some(kept) => kept,
                None => secret_file::write(&file, Password::generate(&mut rand::rng()).expose_secret().to_owned())?,
            };
            (text.clone(), KnownPassword::Generated(text))
        };
        let admin = FirstAdmin::new(&config.admin_email, &text).map_err(exit::configuration)?;
        bootstrap::run(&mut conn, services.now(), admin).await?;
        return Ok(SignIn { email: config.admin_email.clone(), password });
    };
    let user = match users::by_email(&mut conn, &config.admin_email).await? {
        Some(user) => Some(user),
        None => users::first_admin(&mut conn, workspace.id).await?,
    };
    let Some(user) = user else {
        return Ok(SignIn { email: config.admin_email.clone(), password: KnownPassword::Unknown });
    };
    drop(conn);
    let here = Source::Stranger(config.listen.ip());
    let opens = async |text: &str| {
        let checked = services.hasher.verify(Attempt::new(text), Some(user.password_hash.clone()), here).await;
        checked.map_err(|error| anyhow::anyhow!(error.message()))
    };
    let password = match &config.admin_password {
        Some(text) if opens(text).await? => KnownPassword::Configured,
        Some(_) => KnownPassword::Unknown,
        None => match secret_file::read(&file)? {
            Some(kept) if opens(&kept).await? => KnownPassword::Generated(kept),
            _ => KnownPassword::Unknown,
        },
    };
    Ok(SignIn { email: user.email, password })
}

/// The text with the addresses, how to sign in, and a first call to paste.
async fn welcome(services: &Services, sign_in: &SignIn) -> anyhow::Result<String> {
    let mut conn = services.pool.get().await?;
    let workspace = workspaces::oldest(&mut conn).await?.context("there is no workspace")?;
    let count = assets::count(&mut conn, workspace.id, &AssetFilter::default()).await?;
    let pictures = AssetFilter { collection: None, kind: Some(AssetKind::Image), search: None };
    let newest = assets::list(&mut conn, workspace.id, &pictures, Page::first(1)).await?.rows;
    let url = &services.public_url;
    let prefix = &workspace.number_prefix;
    let example =
        newest.first().map_or_else(String::new, |asset| format!("\n  An asset     {url}/a/{prefix}-{}", asset.number));
    let email = &sign_in.email;
    let (told, pasted) = match &sign_in.password {
        KnownPassword::Generated(password) => (password.as_str(), password.as_str()),
        KnownPassword::Configured => ("(the password you have set)", "…"),
        KnownPassword::Unknown => ("(exists already and keeps the password)", "…"),
    };
    Ok(format!(
        "
Vitrine is up, with {count} assets.

  Playground   {url}/graphiql{example}
  Sign-in      {email}  {told}

A first call to paste:

  curl {url}/graphql -H 'Content-Type: application/json' \\
    -d '{{\"query\": \"mutation {{ signIn(input: {{email: \\\"{email}\\\", password: \\\"{pasted}\\\"}}) {{ token userErrors {{ message }} }} }}\"}}'

Ctrl-C stops everything; what you keep here stays.
"
    ))
}

fn generate_key() -> String {
    let mut rng = rand::rng();
    format!("{:032x}{:032x}", rng.random::<u128>(), rng.random::<u128>())
}
