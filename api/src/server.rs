//! Puts the parts together and serves.

use crate::{
    config::Config,
    request::{self, TrustedProxies},
    routes,
};
use actix_web::{App, HttpServer, dev::Server, middleware, web};
use domain::Clock;
use graphql::{Services, events::Events, hasher::Hasher, throttle::Throttle};
use std::{net::TcpListener, sync::Arc};
use storage::Storage;

/// Connections to Postgres of one process.
const POOL_SIZE: usize = 20;

/// How long a shutdown waits for running requests, in seconds.
const SHUTDOWN_SECONDS: u64 = 10;

/// What background jobs work with.
pub fn parts(services: &Services) -> jobs::Parts {
    jobs::Parts {
        pool: services.pool.clone(),
        storage: services.storage.clone(),
        clock: services.clock.clone(),
        presets: services.presets.clone(),
    }
}

/// The parts of the server over a database that is up to date. Without Redis, guessing is slowed down in each process
/// by itself.
pub fn services(
    config: &Config,
    database_url: &str,
    redis_url: Option<&str>,
    clock: Clock,
) -> anyhow::Result<Arc<Services>> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let keys = config.keyring()?;
    Ok(Arc::new(Services {
        pool: schema::pool::build(database_url, POOL_SIZE)?,
        storage: Storage::local(&config.storage_folder()?)?,
        clock,
        public_url: config.public_url()?,
        hasher: Hasher::new(cores),
        throttle: Throttle::new(redis_url, keys.newest().clone())?,
        keys,
        events: Events::new(database_url),
        max_share: config.max_share,
        presets: config.presets.clone(),
    }))
}

/// The address to listen on, or one clear line why not.
pub fn bind(config: &Config) -> anyhow::Result<TcpListener> {
    TcpListener::bind(config.listen).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "port {} is taken by another program; stop it, or choose another with VITRINE_LISTEN=127.0.0.1:4001",
            config.listen.port()
        ),
        _ => anyhow::anyhow!("cannot listen on {}: {error}", config.listen),
    })
}

/// Serves on `listener` with `workers` threads. The server stops by its handle, not by signals.
pub fn serve(
    services: Arc<Services>,
    config: &Config,
    listener: TcpListener,
    workers: usize,
) -> anyhow::Result<Server> {
    let trusted_proxies = web::Data::new(TrustedProxies(config.trusted_proxies.clone()));
    let schema = graphql::build(Arc::clone(&services));
    let app = move || {
        App::new()
            .app_data(web::Data::from(Arc::clone(&services)))
            .app_data(web::Data::new(schema.clone()))
            .app_data(trusted_proxies.clone())
            .wrap(middleware::from_fn(request::trace))
            .configure(routes::configure)
            .default_service(web::to(routes::not_found))
    };
    Ok(HttpServer::new(app)
        .workers(workers)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen(listener)?
        .run())
}
