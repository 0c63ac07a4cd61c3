//! Background jobs.
//!
//! A transaction that makes work necessary writes an outbox row; the [`relay`] moves the row to the [`queue`] in Redis;
//! a [`worker`] runs the task. A job on the [`schedule`] queues what Postgres says is missing, so that losing all of
//! Redis loses no work. A job carries ids, loads the rest when it runs, and may run twice.

mod backoff;
mod context;
mod feeder;
mod metrics;
mod outage;
pub mod queue;
pub mod relay;
pub mod run;
pub mod schedule;
pub mod tasks;
pub mod worker;

pub use context::JobContext;
pub use feeder::Pace;
pub use metrics::Metrics;
pub use outage::{Check, Outage, is_outage};
pub use queue::Queue;
pub use run::run;
pub use worker::Setup;
