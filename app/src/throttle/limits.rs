//! The limits of the throttle.

use std::time::Duration;

/// Guesses of all strangers together at one account or link: fewer than a hundred in any hour.
pub(super) const STRANGERS: Limit = Limit { name: "strangers", burst: 30, refill: Duration::from_mins(1) };
/// Guesses of strangers from one address at one account or link, so that a few addresses cannot use up what all
/// strangers share.
pub(super) const STRANGER: Limit = Limit { name: "stranger", burst: 10, refill: Duration::from_mins(2) };
/// Guesses of strangers from one address at all accounts and links, because checking a password takes a while.
pub(super) const ADDRESS: Limit = Limit { name: "address", burst: 60, refill: Duration::from_secs(1) };
/// Guesses of one known device at one account or link, because its token may have been stolen.
pub(super) const DEVICE: Limit = Limit { name: "device", burst: 10, refill: Duration::from_mins(1) };
/// Guesses at one link of all devices together that knew only an older password.
pub(super) const FORMER_DEVICES: Limit = Limit { name: "former", burst: 30, refill: Duration::from_mins(1) };
/// Mails that anybody can have sent to one account, so that nobody fills a mailbox.
pub(super) const MAILS: Limit = Limit { name: "mails", burst: 3, refill: Duration::from_mins(20) };
/// Photos from one address in which visitors search for a person: looking at one takes a core for some tenths of a second. A family
/// at one address may try several each.
pub(super) const PHOTOS: Limit = Limit { name: "photos", burst: 20, refill: Duration::from_secs(15) };
/// Requests for unknown links from one address. The name is part of keys in Redis, and stays.
pub(super) const UNKNOWN_LINKS: Limit = Limit { name: "misses", burst: 300, refill: Duration::from_millis(200) };

/// The capacity of a bucket, and after how long one attempt is refilled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    pub(super) name: &'static str,
    pub(super) burst: u32,
    pub(super) refill: Duration,
}

/// A bucket to which attempts are charged.
#[derive(Debug)]
pub(super) struct Bucket {
    pub(super) limit: Limit,
    pub(super) key: String,
}

impl Limit {
    /// The same limit, this many times higher.
    pub(super) fn times(self, factor: u32) -> Self {
        Self { burst: self.burst * factor, refill: self.refill / factor, ..self }
    }
}
