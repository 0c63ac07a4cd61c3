//! The queue in Redis, and the atomic steps that move a job through it.
//!
//! All keys begin with one namespace, and in a cluster have one hash tag behind it. Each lane has four sorted sets of job ids: `ready:<lane>` (by priority, then
//! first in first out), `scheduled:<lane>` (by due time), `lease:<lane>` (running jobs, by the end of their lease) and
//! `dead:<lane>` (in the order in which they died). `job:<id>` is a hash with the job's payload and state. `key:<key>`
//! is the id of the job with this idempotency key, as long as that job exists. `seq` counts places in `ready` and
//! `dead`. `wake` is a pub/sub channel on which the names of lanes with ready jobs are published.
//!
//! Urgent jobs overtake all others of their lane, so that background jobs wait as long as urgent ones keep coming.
//! A job that is pushed while it runs is run once more, because the run may have read data from before the push.
//!
//! Each step is one Lua script (`lua/`), so that a crash leaves a job in exactly one sorted set.

mod ack_and_fetch;
mod backlog;
mod connection;
mod push;
mod scripts;
mod server;
mod wake;

pub use ack_and_fetch::{Consumer, Ended, Fetched, LEASE, MAX_ATTEMPTS, Outcome, Taken};
pub use connection::{Queue, QueueError};
pub use server::Server;
pub(crate) use wake::Wakes;
