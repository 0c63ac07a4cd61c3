//! The server: its parts, its routes, and how it starts and stops.

mod listen;
mod routes;
mod serve;
mod services;
mod stopping;

pub use listen::bind;
pub(crate) use listen::bind_metrics;
pub(crate) use serve::spawn_metrics;
pub use serve::{Handle, Serving, serve, serve_metrics};
pub use services::{LOCK_OF_VIEWS, Redis, job_context, job_pool, services};
pub(crate) use services::{REPLICA_POOL_SIZE, most_connections};
pub(crate) use stopping::Stopping;
