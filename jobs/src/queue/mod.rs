//! The queue in Redis: what is in it, and the few atomic steps that a job takes through it.
//!
//! Keys, all below one namespace. For each lane: `ready:<lane>` (by priority, then first in first out),
//! `scheduled:<lane>` (by the time they wait for), `lease:<lane>` (being run, by the end of the lease) and
//! `dead:<lane>` (given up on, in that order) are sorted sets of ids. `job:<id>` is a hash: what the job is and where it
//! stands. `key:<key>` is the id of the job that has this idempotency key, for as long as there is one. `seq` counts
//! places in lines. `wake` is a channel that tells lanes in which something waits.
//!
//! Urgent jobs overtake all others of their lane: an old one in the background waits for as long as they keep coming.
//! Work that is pushed while it is being run is run once more, so that no cause is missed.
//!
//! Each step is one script (`lua/`), so that a crash leaves a job in exactly one place.

mod ack_and_fetch;
mod backlog;
mod connection;
mod push;
mod scripts;
mod wake;

pub use ack_and_fetch::{Consumer, Ended, Fetched, LEASE, MAX_ATTEMPTS, Outcome, Taken};
pub use backlog::{Dead, Depths, Running};
pub use connection::{Queue, QueueError};
pub(crate) use wake::Wakes;
