//! Throttle buckets in the memory of this process.

use super::limits::Bucket;
use std::{
    collections::HashMap,
    iter::zip,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Full buckets are removed when there are more than this many buckets, and next when their number has doubled.
const PRUNE_ABOVE: usize = 10_000;

/// Does the same as the scripts of [`RedisStore`](super::redis_store::RedisStore).
#[derive(Default)]
pub(super) struct MemoryStore(Mutex<Buckets>);

#[derive(Default)]
struct Buckets {
    /// The instant at which each bucket is full again. Buckets that are not in the map are full.
    full_at: HashMap<String, Instant>,
    prune_above: usize,
}

impl MemoryStore {
    /// Charges all buckets, or none if one of them is empty. Returns how long to wait; zero if the buckets were
    /// charged.
    pub(super) fn charge(&self, buckets: &[Bucket], now: Instant) -> Duration {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = |bucket: &Bucket| kept.full_at.get(&bucket.key).map_or(now, |full_at| now.max(*full_at));
        let charged: Vec<_> = buckets.iter().map(|bucket| full_at(bucket) + bucket.limit.refill).collect();
        let wait = zip(buckets, &charged)
            .map(|(Bucket { limit, .. }, full_at)| full_at.saturating_duration_since(now + limit.refill * limit.burst));
        let wait = wait.max().unwrap_or_default();
        if wait.is_zero() {
            kept.full_at.extend(zip(buckets.iter().map(|bucket| bucket.key.clone()), charged));
            kept.prune(now);
        }
        wait
    }

    /// Takes back one charge of each bucket.
    pub(super) fn refund(&self, buckets: &[Bucket], now: Instant) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for bucket in buckets {
            if let Some(full_at) = kept.full_at.get_mut(&bucket.key) {
                *full_at = full_at.checked_sub(bucket.limit.refill).unwrap_or(now);
            }
        }
    }
}

impl Buckets {
    fn prune(&mut self, now: Instant) {
        if self.full_at.len() > self.prune_above.max(PRUNE_ABOVE) {
            self.full_at.retain(|_, full_at| *full_at > now);
            self.prune_above = 2 * self.full_at.len();
        }
    }
}
