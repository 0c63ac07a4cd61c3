//! What runs later.
//!
//! Postgres is the truth, Redis carries. A transaction that makes work necessary writes an outbox row; the
//! [`relay`] moves it to the [`queue`]; a [`worker`] runs its task; and a job on the [`schedule`] finds what Postgres says
//! is missing, so that losing all of Redis loses nothing. A job carries ids, loads the rest, and may run twice.

mod backoff;
mod feeder;
mod metrics;
mod outage;
pub mod queue;
pub mod relay;
pub mod run;
pub mod schedule;
pub mod tasks;
pub mod worker;

pub use feeder::Pace;
pub use metrics::Metrics;
pub use outage::{Check, Outage, is_outage};
pub use queue::Queue;
pub use run::run;
pub use worker::Setup;

use domain::{Clock, Presets};
use schema::Pool;
use storage::Storage;

/// The context that tasks work with. Cheap to clone.
#[derive(Clone)]
pub struct JobContext {
    /// Postgres.
    pub pool: Pool,
    /// Blobs.
    pub storage: Storage,
    /// Tells the time.
    pub clock: Clock,
    /// Which proxies there are, and how large.
    pub presets: Presets,
    /// Watermarks that were used of late.
    pub watermarks: tasks::WatermarkCache,
    /// Counts what they do.
    pub metrics: Metrics,
}
