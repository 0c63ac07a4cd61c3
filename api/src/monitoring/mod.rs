//! What monitoring asks: metrics, whether the process lives, and whether it can serve.

mod health;
mod metrics;
mod metrics_route;
mod replica;
mod routes;

pub use metrics::Metrics;
pub(crate) use routes::{configure, configure_health};
