//! How the process is: its metrics, and whether it lives and can serve.

mod health;
mod metrics;
mod metrics_route;
mod routes;

pub use metrics::Metrics;
pub(crate) use routes::configure;
