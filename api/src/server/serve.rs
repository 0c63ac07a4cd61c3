//! Serves HTTP until it is told to stop.

use super::{routes, stopping::Stopping};
use crate::{
    config::Config,
    graphql::{OpenSockets, Slots},
    http::{TrustedProxies, compress, deadline, trace},
    monitoring::{self, Metrics},
    pages,
};
use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    http::header,
    middleware, web,
};
use app::{Services, photos::Photos, visitor::Views};
use graphql::{Gateway, Limits};
use std::{
    io,
    net::TcpListener,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// How many times longer than the largest share a list in the variables of a request may be. A list that is longer than
/// the share is refused with a message of its own; this limit keeps far longer ones from being read.
const ITEMS_PER_SHARED: usize = 4;

/// How long a shutdown waits for running requests, in seconds.
const SHUTDOWN_SECONDS: u64 = 10;

/// How long a connection is read on, and its bytes thrown away, after an answer to a body that was not read. A client
/// that is still sending would not see the answer if the connection were closed at once.
const LINGER: Duration = Duration::from_secs(2);

/// How long a shutdown waits until each WebSocket has been told.
const CLOSING: Duration = Duration::from_secs(2);

/// How long a shutdown waits until the last views are written.
const WRITING_VIEWS: Duration = Duration::from_secs(5);

/// When it tries again, where Postgres does not take them.
const WRITTEN_ANEW: Duration = Duration::from_millis(100);

/// Serves on `listener` with `workers` threads. The server stops by its handle, not by signals.
pub fn serve(
    services: Arc<Services>,
    metrics: Arc<Metrics>,
    config: &Config,
    listener: TcpListener,
    workers: usize,
) -> anyhow::Result<Serving> {
    Photos::sweep();
    services.listings.watch();
    services.views.keep_written();
    let trusted_proxies = web::Data::new(TrustedProxies::new(config.trusted_proxies.clone()));
    let (request_times, socket_times) = (config.request_times, web::Data::new(config.socket_times));
    let open_sockets = web::Data::new(OpenSockets::new(config.socket_limits));
    let (max_share, with_metrics) = (config.max_share, config.metrics_listen.is_none());
    let items = ITEMS_PER_SHARED * max_share.max(1000);
    let limits = Limits { introspection: config.introspection, items, max_share };
    let gateway = web::Data::new(Gateway::new(Arc::clone(&services), limits));
    let slots = web::Data::new(Slots::new(&config.uploads));
    let (stopping, views) = (Stopping::default(), Some(Arc::clone(&services.views)));
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
            .app_data(pages::form_config())
            // A slash at the end, which chat programs and people add, means nothing.
            .wrap(middleware::NormalizePath::trim())
            .wrap(middleware::from_fn(pages::in_time))
            .wrap(middleware::from_fn(pages::mark_changes))
            .wrap(middleware::from_fn(pages::frame_refusals))
            .wrap(middleware::from_fn(compress))
            .wrap(middleware::from_fn(deadline::limit))
            .wrap(middleware::from_fn(trace))
            .wrap(security_headers(&services.public_url))
            .configure(|app| routes::configure(app, with_metrics))
            .default_service(web::to(pages::not_found))
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
    Ok(Serving { server, stopping, views })
}

/// Serves `/metrics`, `/healthz` and `/readyz` only, for a process that serves nothing else.
pub fn serve_metrics(services: Arc<Services>, metrics: Arc<Metrics>, listener: TcpListener) -> anyhow::Result<Serving> {
    let app = move || {
        App::new()
            .app_data(web::Data::from(Arc::clone(&services)))
            .app_data(web::Data::from(Arc::clone(&metrics)))
            .wrap(middleware::DefaultHeaders::new().add((header::X_CONTENT_TYPE_OPTIONS, "nosniff")))
            .configure(monitoring::configure)
    };
    let server =
        HttpServer::new(app).workers(1).shutdown_timeout(SHUTDOWN_SECONDS).disable_signals().listen(listener)?.run();
    Ok(Serving { server, stopping: Stopping::default(), views: None })
}

/// Serves the same beside other work, until the process ends; does nothing without an address for it.
pub(crate) fn spawn_metrics(
    services: &Arc<Services>,
    metrics: &Arc<Metrics>,
    listener: Option<TcpListener>,
) -> anyhow::Result<()> {
    if let Some(listener) = listener {
        tokio::spawn(serve_metrics(Arc::clone(services), Arc::clone(metrics), listener)?);
    }
    Ok(())
}

/// The headers of every answer: browsers do not guess what a file is, and once they came by TLS, they come by nothing
/// else for a year.
fn security_headers(public_url: &str) -> middleware::DefaultHeaders {
    let headers = middleware::DefaultHeaders::new().add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if public_url.starts_with("https://") {
        headers.add((header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"))
    } else {
        headers
    }
}

/// A server. It runs while it is awaited.
pub struct Serving {
    server: Server,
    stopping: Stopping,
    views: Option<Arc<Views>>,
}

impl Serving {
    /// The handle that stops the server.
    pub fn handle(&self) -> Handle {
        Handle { server: self.server.handle(), stopping: self.stopping.clone(), views: self.views.clone() }
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
    views: Option<Arc<Views>>,
}

impl Handle {
    /// Ends each WebSocket and stops the server; if `graceful`, after running requests have been answered. Then the views
    /// are written that are not yet.
    pub async fn stop(&self, graceful: bool) {
        self.stopping.0.send_replace(true);
        // The server looks once a second whether the last connection has ended.
        let _ = timeout(CLOSING, self.stopping.0.closed()).await;
        self.server.stop(graceful).await;
        if let Some(views) = &self.views {
            let written = async {
                while views.write().await > 0 {
                    sleep(WRITTEN_ANEW).await;
                }
            };
            if timeout(WRITING_VIEWS, written).await.is_err() {
                tracing::warn!("the last views are lost: Postgres does not take them");
            }
        }
    }
}
