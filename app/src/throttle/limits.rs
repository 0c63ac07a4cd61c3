//! How many attempts there are, and for whom.

use std::time::Duration;

/// Guesses of strangers at one account or one link, from anywhere in sum: fewer than a hundred in any hour.
pub(super) const STRANGERS: Limit = Limit { name: "strangers", burst: 30, refill: Duration::from_mins(1) };
/// Guesses of strangers at one account or one link from one address: a few addresses do not take what all share.
pub(super) const STRANGER: Limit = Limit { name: "stranger", burst: 10, refill: Duration::from_mins(2) };
/// Guesses of strangers from one address at anything: checking a password takes a while.
pub(super) const ADDRESS: Limit = Limit { name: "address", burst: 60, refill: Duration::from_secs(1) };
/// Guesses of one known device at one account or one link: its token may have been stolen.
pub(super) const DEVICE: Limit = Limit { name: "device", burst: 10, refill: Duration::from_mins(1) };
/// Guesses at one link of all devices in sum that knew an older password only.
pub(super) const FORMER_DEVICES: Limit = Limit { name: "former", burst: 30, refill: Duration::from_mins(1) };
/// Links that are not there, asked for from one address.
pub(super) const UNKNOWN_LINKS: Limit = Limit { name: "misses", burst: 300, refill: Duration::from_millis(200) };

/// How many attempts a bucket holds, and after how long there is one more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    pub(super) name: &'static str,
    pub(super) burst: u32,
    pub(super) refill: Duration,
}

/// What an attempt is charged to.
#[derive(Debug)]
pub(super) struct Bucket {
    pub(super) limit: Limit,
    pub(super) key: String,
}

impl Limit {
    /// The same with so many times as much room.
    pub(super) fn times(self, factor: u32) -> Self {
        Self { burst: self.burst * factor, refill: self.refill / factor, ..self }
    }
}
