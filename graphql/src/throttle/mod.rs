//! Slows down guessing of passwords and links, by address and by what is guessed at.
//!
//! Each attempt is charged before it is known to be right or wrong, one by one: many aliases in one GraphQL request are
//! many attempts. One that was right is given back, so that the many who know a password do not wait for each other;
//! only their address keeps it, because to check a password takes a while.
//! A bucket refills all the time, and an attempt that is refused takes nothing from it, so that nobody is locked out
//! for good. The buckets are in Redis, where all processes share them; while Redis is gone, each process has its own.

mod here;
mod shared;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{email, token::ServerKey};
use here::Here;
use shared::Shared;
use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Attempts at one account or one link from one address before it has to slow down, and how often after that.
const NARROW: Limit = Limit { name: "narrow", burst: 10, refill: Duration::from_secs(6) };
/// Attempts from one address at anything.
const BY_ADDRESS: Limit = Limit { name: "address", burst: 60, refill: Duration::from_secs(1) };
/// Attempts at one account or one link from anywhere.
const BY_OBJECT: Limit = Limit { name: "object", burst: 100, refill: Duration::from_secs(1) };
/// Links that are not there, asked for from one address.
const MISSES: Limit = Limit { name: "misses", burst: 300, refill: Duration::from_millis(200) };

/// How many attempts a bucket holds, and after how long there is one more.
#[derive(Debug, Clone, Copy)]
struct Limit {
    name: &'static str,
    burst: u32,
    refill: Duration,
}

/// What an attempt is charged to.
#[derive(Debug)]
struct Bucket {
    limit: Limit,
    key: String,
}

/// Counts attempts.
pub struct Throttle {
    key: ServerKey,
    shared: Option<Shared>,
    here: Here,
}

/// An attempt that was charged.
#[derive(Debug)]
#[must_use = "an attempt that was right is given back"]
pub struct Attempt<'a> {
    throttle: &'a Throttle,
    /// What gets it back.
    of_the_right: Vec<Bucket>,
}

impl Throttle {
    /// Counts in Redis where there is one, or else in this process. The server's key hides who is counted, and tells
    /// the buckets of one installation from those of another. `patience`: how long an answer of Redis is waited for.
    pub fn new(redis_url: Option<&str>, key: ServerKey, patience: Duration) -> Result<Self, redis::RedisError> {
        let shared = redis_url.map(|url| Shared::new(url, patience)).transpose()?;
        Ok(Self { key, shared, here: Here::default() })
    }

    /// Charges an attempt to sign in. The error is how long to wait.
    pub async fn sign_in(&self, address: IpAddr, email: &str) -> Result<Attempt<'_>, Duration> {
        let email: String = email::normalized(email).chars().take(320).collect();
        self.guess(address, &format!("account {email}")).await
    }

    /// Charges an attempt at a link's password. The error is how long to wait.
    pub async fn unlock(&self, address: IpAddr, link: Uuid) -> Result<Attempt<'_>, Duration> {
        self.guess(address, &format!("link {link}")).await
    }

    /// Charges a request for a link that is not there, or no longer. The error is how long to wait.
    pub async fn unknown_link(&self, address: IpAddr) -> Result<(), Duration> {
        self.charge(&[self.bucket(MISSES, &network(address).to_string())]).await
    }

    async fn guess(&self, address: IpAddr, object: &str) -> Result<Attempt<'_>, Duration> {
        let address = network(address).to_string();
        let mut buckets = vec![
            self.bucket(BY_ADDRESS, &address),
            self.bucket(BY_OBJECT, object),
            self.bucket(NARROW, &format!("{address} {object}")),
        ];
        self.charge(&buckets).await?;
        Ok(Attempt { throttle: self, of_the_right: buckets.split_off(1) })
    }

    fn bucket(&self, limit: Limit, of: &str) -> Bucket {
        let print = self.key.fingerprint(format!("{} {of}", limit.name).as_bytes());
        Bucket { limit, key: format!("vitrine:throttle:{}:{}", limit.name, URL_SAFE_NO_PAD.encode(print)) }
    }

    /// Charges all buckets, or none where one of them has nothing left.
    async fn charge(&self, buckets: &[Bucket]) -> Result<(), Duration> {
        let shared = match &self.shared {
            Some(shared) => shared.charge(buckets).await,
            None => None,
        };
        let wait = shared.unwrap_or_else(|| self.here.charge(buckets, Instant::now()));
        if wait.is_zero() { Ok(()) } else { Err(wait) }
    }
}

impl Attempt<'_> {
    /// It was right, and takes nothing from whoever tries the same.
    pub async fn was_right(self) {
        let given_back = match &self.throttle.shared {
            Some(shared) => shared.give_back(&self.of_the_right).await,
            None => None,
        };
        if given_back.is_none() {
            self.throttle.here.give_back(&self.of_the_right, Instant::now());
        }
    }
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Throttle")
    }
}

/// Whoever has one IPv6 address has its whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.into(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::token::Keyring;

    fn throttle() -> Throttle {
        throttle_with(None)
    }

    fn throttle_with(redis_url: Option<&str>) -> Throttle {
        let keys: Keyring = "a key that is long enough for a test".parse().unwrap();
        Throttle::new(redis_url, keys.newest().clone(), Duration::from_mins(1)).unwrap()
    }

    /// Attempts until one is refused; before that the burst of this limit passes, and what is refilled meanwhile.
    async fn empty<T, F: Future<Output = Result<T, Duration>>>(limit: Limit, attempt: impl Fn(u32) -> F) {
        let start = Instant::now();
        for passed in 0..1000 {
            if let Err(wait) = attempt(passed).await {
                assert!(wait <= limit.refill, "{wait:?}");
                let refilled = start.elapsed().as_millis() / limit.refill.as_millis() + 1;
                let most = limit.burst + u32::try_from(refilled).unwrap();
                assert!((limit.burst..=most).contains(&passed), "{passed}");
                return;
            }
        }
        panic!("nobody is ever refused");
    }

    #[tokio::test]
    async fn one_address_at_one_account_is_slowed_first() {
        let throttle = throttle();
        let address = "192.0.2.1".parse().unwrap();
        empty(NARROW, |i| throttle.sign_in(address, if i % 2 == 0 { "Anna@example.com" } else { " anna@EXAMPLE.com" }))
            .await;
        assert!(throttle.sign_in("192.0.2.2".parse().unwrap(), "anna@example.com").await.is_ok());
    }

    #[tokio::test]
    async fn changing_the_account_or_the_last_half_of_an_ipv6_address_does_not_help() {
        let throttle = throttle();
        let spread = empty(BY_ADDRESS, |i| {
            let address = format!("2001:db8:1:2::{i:x}").parse().unwrap();
            throttle.unlock(address, Uuid::from_u128(i.into()))
        });
        spread.await;
    }

    #[tokio::test]
    async fn many_addresses_at_one_link_are_slowed_too() {
        let throttle = throttle();
        let spread = empty(BY_OBJECT, |i| {
            throttle.unlock(format!("198.51.{}.{}", i / 250, i % 250).parse().unwrap(), Uuid::nil())
        });
        spread.await;
    }

    #[tokio::test]
    async fn a_redis_that_is_not_there_changes_nothing_but_who_counts() {
        let throttle = throttle_with(Some("redis+unix:///nowhere/redis.sock"));
        let address = "192.0.2.1".parse().unwrap();
        empty(MISSES, |_| throttle.unknown_link(address)).await;
    }

    #[tokio::test]
    async fn who_is_right_is_not_slowed_and_what_is_refused_takes_nothing() {
        let throttle = throttle();
        for host in 0..250 {
            let address = format!("198.51.100.{host}").parse().unwrap();
            for _ in 0..NARROW.burst + 5 {
                throttle.unlock(address, Uuid::nil()).await.unwrap().was_right().await;
            }
        }
        let address = "192.0.2.1".parse().unwrap();
        for (link, attempts) in [(1, NARROW.burst), (2, NARROW.burst), (1, 1000)] {
            for _ in 0..attempts {
                let _ = throttle.unlock(address, Uuid::from_u128(link)).await;
            }
        }
        // Of the sixty of this address twenty are gone, and not a thousand.
        assert!(throttle.unlock(address, Uuid::from_u128(3)).await.is_ok());
    }
}
