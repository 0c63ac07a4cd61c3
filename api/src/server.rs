//! Puts the parts together and serves.

use crate::{
    backlog::QueueBacklog,
    config::Config,
    deadline,
    metrics::Metrics,
    request::{self, TrustedProxies},
    routes::{self, OpenSockets, Slots},
};
use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    middleware, web,
};
use app::{
    Services,
    backlog::Backlog,
    events::Events,
    hasher::Hasher,
    throttle::{RateLimiter, Throttle},
};
use domain::Clock;
use graphql::{Gateway, Limits};
use jobs::{Queue, queue::QueueError};
use std::{
    io,
    net::{SocketAddr, TcpListener},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use storage::Storage;
use tokio::{sync::watch, time::timeout};

/// Connections to Postgres of one process.
const POOL_SIZE: usize = 20;

/// How many times longer than the largest share a list in the variables of a request may be. What is longer than the
/// share is refused in words of its own; this keeps far longer ones from being read.
const ITEMS_PER_SHARED: usize = 4;

/// How long a shutdown waits for running requests, in seconds.
const SHUTDOWN_SECONDS: u64 = 10;

/// How long a connection is read on, and what comes thrown away, after an answer to a body that was not read: whoever is
/// still sending would not see the answer if it were closed at once.
const LINGER: Duration = Duration::from_secs(2);

/// How long a shutdown waits until each WebSocket has been told of it.
const CLOSING: Duration = Duration::from_secs(2);

/// What background jobs work with.
pub fn job_context(services: &Services, metrics: &Metrics) -> jobs::JobContext {
    jobs::JobContext {
        pool: services.pool.clone(),
        storage: services.storage.clone(),
        clock: services.clock.clone(),
        presets: services.presets.clone(),
        watermarks: jobs::tasks::WatermarkCache::default(),
        metrics: metrics.jobs(),
    }
}

/// Where Redis is, and what belongs to this installation there.
#[derive(Debug, Clone, Copy)]
pub struct Redis<'a> {
    /// Its address.
    pub url: &'a str,
    /// What the keys of the queue begin with.
    pub namespace: &'a str,
}

impl Redis<'_> {
    /// The queue of the installation; nothing is connected before somebody asks.
    pub fn queue(&self, clock: Clock) -> Result<Queue, QueueError> {
        Queue::lazy(self.url, self.namespace, clock)
    }
}

/// The parts of the server over a database that is up to date. Without Redis, guessing is slowed down in each process
/// by itself, and the queue cannot be looked at.
pub fn services(
    config: &Config,
    database_url: &str,
    redis: Option<Redis<'_>>,
    clock: Clock,
) -> anyhow::Result<Arc<Services>> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let keys = config.keyring()?;
    let backlog = redis.map(|redis| redis.queue(clock.clone())).transpose()?;
    Ok(Arc::new(Services {
        pool: schema::pool::build(database_url, POOL_SIZE, config.patience.postgres)?,
        storage: Storage::local(&config.storage_folder()?)?,
        clock,
        public_url: config.public_url()?,
        hasher: Hasher::new(cores),
        throttle: Throttle::new(redis.map(|redis| redis.url), keys.newest().clone(), config.patience.redis)?,
        keys,
        rate_limiter: RateLimiter::new(config.request_rate),
        events: Events::new(database_url),
        max_share: config.max_share,
        limits: config.uploads.limits(),
        presets: config.presets.clone(),
        backlog: backlog.map(|queue| Arc::new(QueueBacklog(queue)) as Arc<dyn Backlog>),
    }))
}

/// The address to listen on, or one clear line why not.
pub fn bind(config: &Config) -> anyhow::Result<TcpListener> {
    listen(config.listen, "VITRINE_LISTEN=127.0.0.1:4001")
}

/// The same for what a worker tells of itself, where it is to.
pub(crate) fn bind_metrics(config: &Config) -> anyhow::Result<Option<TcpListener>> {
    config.metrics_listen.map(|address| listen(address, "VITRINE_METRICS_LISTEN=127.0.0.1:9101")).transpose()
}

fn listen(address: SocketAddr, other: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "port {} is taken by another program; stop it, or choose another with {other}",
            address.port()
        ),
        _ => anyhow::anyhow!("cannot listen on {address}: {error}"),
    })
}

/// Serves on `listener` with `workers` threads. The server stops by its handle, not by signals.
pub fn serve(
    services: Arc<Services>,
    metrics: Arc<Metrics>,
    config: &Config,
    listener: TcpListener,
    workers: usize,
) -> anyhow::Result<Serving> {
    let trusted_proxies = web::Data::new(TrustedProxies::new(config.trusted_proxies.clone()));
    let (request_times, socket_times) = (config.request_times, web::Data::new(config.socket_times));
    let open_sockets = web::Data::new(OpenSockets::new(config.socket_limits));
    let limits = Limits { introspection: config.introspection, items: ITEMS_PER_SHARED * config.max_share.max(1000) };
    let gateway = web::Data::new(Gateway::new(Arc::clone(&services), limits));
    let slots = web::Data::new(Slots::new(&config.uploads));
    let stopping = Stopping::default();
    let sockets = web::Data::new(stopping.clone());
    let app = move || {
        App::new()
            .app_data(web::Data::from(Arc::clone(&services)))
            .app_data(web::Data::from(Arc::clone(&metrics)))
            .app_data(gateway.clone())
            .app_data(trusted_proxies.clone())
            .app_data(socket_times.clone())
            .app_data(slots.clone())
            .app_data(sockets.clone())
            .app_data(open_sockets.clone())
            .app_data(web::Data::new(request_times))
            .app_data(deadline::form_config())
            .wrap(middleware::from_fn(deadline::limit))
            .wrap(middleware::from_fn(request::trace))
            .configure(routes::configure)
            .default_service(web::to(routes::not_found))
    };
    let server = HttpServer::new(app)
        .workers(workers)
        .client_request_timeout(request_times.head)
        .keep_alive(request_times.keep_alive)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .client_disconnect_timeout(LINGER)
        .disable_signals()
        .listen(listener)?
        .run();
    Ok(Serving { server, stopping })
}

/// Serves only what tells how a process is that serves nothing else.
pub fn serve_metrics(services: Arc<Services>, metrics: Arc<Metrics>, listener: TcpListener) -> anyhow::Result<Serving> {
    let app = move || {
        App::new()
            .app_data(web::Data::from(Arc::clone(&services)))
            .app_data(web::Data::from(Arc::clone(&metrics)))
            .configure(routes::configure_inner)
    };
    let server =
        HttpServer::new(app).workers(1).shutdown_timeout(SHUTDOWN_SECONDS).disable_signals().listen(listener)?.run();
    Ok(Serving { server, stopping: Stopping::default() })
}

/// Tells each WebSocket that the server stops: it would last for as long as its client likes.
#[derive(Clone, Default)]
pub(crate) struct Stopping(Arc<watch::Sender<bool>>);

impl Stopping {
    /// Becomes true when the server stops.
    pub(crate) fn watch(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }
}

/// A server. Whoever awaits it runs it.
pub struct Serving {
    server: Server,
    stopping: Stopping,
}

impl Serving {
    /// What stops it.
    pub fn handle(&self) -> Handle {
        Handle { server: self.server.handle(), stopping: self.stopping.clone() }
    }
}

impl Future for Serving {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.server).poll(cx)
    }
}

/// Stops a server.
#[derive(Clone)]
pub struct Handle {
    server: ServerHandle,
    stopping: Stopping,
}

impl Handle {
    /// Ends each WebSocket and stops the server; graceful is after running requests have been answered.
    pub async fn stop(&self, graceful: bool) {
        self.stopping.0.send_replace(true);
        // The server looks once a second whether the last connection has ended.
        let _ = timeout(CLOSING, self.stopping.0.closed()).await;
        self.server.stop(graceful).await;
    }
}
