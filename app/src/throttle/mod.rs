//! Throttles guessing of passwords and links, in such a way that nobody can lock somebody else out.
//!
//! Each attempt is charged before the password is checked, and one by one, so that many aliases in one GraphQL request
//! are many attempts. A correct password refunds the attempt, so that the many people who know a password do not wait
//! for each other. Only the bucket of the address keeps the charge, because checking a password takes a while.
//!
//! All strangers share the attempts at one account or link, and one stranger can use them all up. Devices that have
//! sent the correct password before therefore have attempts of their own, which neither strangers nor other devices at
//! the same address can use up.
//!
//! A bucket refills all the time, and a refused attempt is not charged, so that nobody is locked out for good. Attempts
//! are counted in each process and, for all processes together, in Redis. While Redis is away or has lost its data, a
//! process lets through no more attempts than it would as the only process.

mod limits;
mod memory_store;
mod rate_limiter;
mod redis_store;

pub use rate_limiter::{InvalidRate, RateLimiter, RequestRate};

use crate::redis_server::RedisServer;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    LinkId,
    device::Device,
    email,
    network::{networks, site},
    token::ServerKey,
};
use limits::{ADDRESS, Bucket, DEVICE, FORMER_DEVICES, Limit, MAILS, PHOTOS, STRANGER, STRANGERS, UNKNOWN_LINKS};
use memory_store::MemoryStore;
use redis_store::RedisStore;
use std::{
    fmt,
    net::IpAddr,
    time::{Duration, Instant},
};

/// Throttles attempts.
pub struct Throttle {
    key: ServerKey,
    redis: Option<RedisStore>,
    memory: MemoryStore,
}

/// Who makes an attempt.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// An unknown device at this address.
    Stranger(IpAddr),
    /// A device that has sent the correct password of this account or link before.
    Known(Device),
}

impl Source {
    /// The device, if it was recognized; otherwise the address.
    pub fn new(device: Option<Device>, address: IpAddr) -> Self {
        device.map_or(Self::Stranger(address), Self::Known)
    }
}

/// A charged attempt.
#[derive(Debug)]
#[must_use = "refund it after a correct password"]
pub struct Attempt<'a> {
    throttle: &'a Throttle,
    /// The buckets that a correct password refunds.
    refundable: Vec<Bucket>,
}

impl Throttle {
    /// Counts in this process, and in Redis if there is one. The server's key hides the counted accounts and links,
    /// and separates the buckets of installations. `timeout`: how long to wait for an answer of Redis.
    pub fn new(redis: Option<&RedisServer>, key: ServerKey, timeout: Duration) -> Self {
        let redis = redis.map(|server| RedisStore::new(server, timeout));
        Self { key, redis, memory: MemoryStore::default() }
    }

    /// Charges an attempt to sign in. The error is how long to wait.
    pub async fn sign_in(&self, source: Source, email: &str) -> Result<Attempt<'_>, Duration> {
        let email: String = email::normalized(email).chars().take(320).collect();
        self.guess(source, &format!("account {email}")).await
    }

    /// Charges an attempt at a link's password. The error is how long to wait.
    pub async fn unlock(&self, source: Source, link: LinkId) -> Result<Attempt<'_>, Duration> {
        self.guess(source, &format!("link {link}")).await
    }

    /// Charges a mail to the account of this address, which somebody at `address` asks for. The error is how long to wait.
    pub async fn mail(&self, address: IpAddr, email: &str) -> Result<(), Duration> {
        let email: String = email::normalized(email).chars().take(320).collect();
        let mut buckets = self.by_address(ADDRESS, address);
        buckets.push(self.bucket(MAILS, &format!("account {email}")));
        self.charge(&buckets).await
    }

    /// Charges a photo in which a visitor searches for a person. The error is how long to wait.
    pub async fn photo(&self, address: IpAddr) -> Result<(), Duration> {
        self.charge(&self.by_address(PHOTOS, address)).await
    }

    /// Charges a request for an unknown or dead link. The error is how long to wait.
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

    /// The buckets of the networks of an address.
    fn by_address(&self, limit: Limit, address: IpAddr) -> Vec<Bucket> {
        networks(address).map(|network| self.bucket(limit.times(network.weight), &network.to_string())).collect()
    }

    fn bucket(&self, limit: Limit, of: &str) -> Bucket {
        let print = self.key.fingerprint(format!("{} {of}", limit.name).as_bytes());
        Bucket { limit, key: format!("{}:{}", limit.name, URL_SAFE_NO_PAD.encode(print)) }
    }

    /// Charges all buckets, or none if one of them is empty.
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
    /// Refunds the account's or link's buckets after a correct password.
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
