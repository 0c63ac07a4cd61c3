//! Slows down guessing of passwords and links, without letting anybody lock somebody else out.
//!
//! Each attempt is charged before it is known to be right or wrong, one by one: many aliases in one GraphQL request are
//! many attempts. One that was right is given back, so that the many who know a password do not wait for each other;
//! only their address keeps it, because to check a password takes a while.
//!
//! Strangers who guess at one account or link share its attempts, wherever they come from, and one of them can use them
//! up. That is why a device from which the right password has come before has attempts of its own, which nobody else
//! can take: neither those who guess at the same, nor those who come from the same address.
//!
//! A bucket refills all the time, and an attempt that is refused takes nothing from it, so that nobody is locked out
//! for good. Each process counts its attempts, and all of them together count in Redis: while Redis is away, or has
//! forgotten, a process still lets through no more than it would alone.

mod limits;
mod memory_store;
mod rate_limiter;
mod redis_store;

pub use rate_limiter::{InvalidRate, RateLimiter, RequestRate};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    device::Device,
    email,
    network::{networks, site},
    token::ServerKey,
};
use limits::{ADDRESS, Bucket, DEVICE, FORMER_DEVICES, Limit, STRANGER, STRANGERS, UNKNOWN_LINKS};
use memory_store::MemoryStore;
use redis_store::RedisStore;
use std::{
    fmt,
    net::IpAddr,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Counts attempts.
pub struct Throttle {
    key: ServerKey,
    redis: Option<RedisStore>,
    memory: MemoryStore,
}

/// From where an attempt comes.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// From this address, and nobody knows by whom.
    Stranger(IpAddr),
    /// From a device that is known to what is guessed at.
    Known(Device),
}

impl Source {
    /// What was recognized, or else where it comes from.
    pub fn new(device: Option<Device>, address: IpAddr) -> Self {
        device.map_or(Self::Stranger(address), Self::Known)
    }
}

/// An attempt that was charged.
#[derive(Debug)]
#[must_use = "an attempt that was right is given back"]
pub struct Attempt<'a> {
    throttle: &'a Throttle,
    /// What gets it back.
    refundable: Vec<Bucket>,
}

impl Throttle {
    /// Counts in Redis where there is one, and in this process. The server's key hides who is counted, and tells
    /// the buckets of one installation from those of another. `patience`: how long an answer of Redis is waited for.
    pub fn new(redis_url: Option<&str>, key: ServerKey, patience: Duration) -> Result<Self, redis::RedisError> {
        let redis = redis_url.map(|url| RedisStore::new(url, patience)).transpose()?;
        Ok(Self { key, redis, memory: MemoryStore::default() })
    }

    /// Charges an attempt to sign in. The error is how long to wait.
    pub async fn sign_in(&self, source: Source, email: &str) -> Result<Attempt<'_>, Duration> {
        let email: String = email::normalized(email).chars().take(320).collect();
        self.guess(source, &format!("account {email}")).await
    }

    /// Charges an attempt at a link's password. The error is how long to wait.
    pub async fn unlock(&self, source: Source, link: Uuid) -> Result<Attempt<'_>, Duration> {
        self.guess(source, &format!("link {link}")).await
    }

    /// Charges a request for a link that is not there, or no longer. The error is how long to wait.
    pub async fn unknown_link(&self, address: IpAddr) -> Result<(), Duration> {
        self.charge(&self.by_address(UNKNOWN_LINKS, address)).await
    }

    async fn guess(&self, source: Source, object: &str) -> Result<Attempt<'_>, Duration> {
        let (refundable, mut buckets) = match source {
            Source::Known(Device { id, is_current: true }) => {
                (vec![self.bucket(DEVICE, &format!("{id} {object}"))], Vec::new())
            }
            Source::Known(Device { is_current: false, .. }) => (vec![self.bucket(FORMER_DEVICES, object)], Vec::new()),
            Source::Stranger(address) => {
                let stranger = self.bucket(STRANGER, &format!("{} {object}", site(address)));
                (vec![self.bucket(STRANGERS, object), stranger], self.by_address(ADDRESS, address))
            }
        };
        let refundable_count = refundable.len();
        buckets.splice(0..0, refundable);
        self.charge(&buckets).await?;
        buckets.truncate(refundable_count);
        Ok(Attempt { throttle: self, refundable: buckets })
    }

    /// The buckets of the networks that an address is in.
    fn by_address(&self, limit: Limit, address: IpAddr) -> Vec<Bucket> {
        networks(address).map(|network| self.bucket(limit.times(network.weight), &network.to_string())).collect()
    }

    fn bucket(&self, limit: Limit, of: &str) -> Bucket {
        let print = self.key.fingerprint(format!("{} {of}", limit.name).as_bytes());
        Bucket { limit, key: format!("vitrine:throttle:{}:{}", limit.name, URL_SAFE_NO_PAD.encode(print)) }
    }

    /// Charges all buckets, or none where one of them has nothing left.
    async fn charge(&self, buckets: &[Bucket]) -> Result<(), Duration> {
        let wait = self.memory.charge(buckets, Instant::now());
        if !wait.is_zero() {
            return Err(wait);
        }
        let wait = match &self.redis {
            Some(redis) => redis.charge(buckets).await.unwrap_or_default(),
            None => Duration::ZERO,
        };
        if wait.is_zero() {
            return Ok(());
        }
        self.memory.refund(buckets, Instant::now());
        Err(wait)
    }
}

impl Attempt<'_> {
    /// It was right, and takes nothing from whoever tries the same.
    pub async fn refund(self) {
        self.throttle.memory.refund(&self.refundable, Instant::now());
        if let Some(redis) = &self.throttle.redis {
            redis.refund(&self.refundable).await;
        }
    }
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Throttle")
    }
}

#[cfg(test)]
mod tests;
