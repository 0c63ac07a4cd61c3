//! Slows down guessing of passwords and links, by address and by what is guessed at.
//!
//! Each attempt is charged, right or wrong, one by one: many aliases in one GraphQL request are many attempts.
//! A bucket refills all the time, and an attempt that is refused takes nothing from it, so that nobody is locked out
//! for good. The buckets are in Redis, where all processes share them; while Redis is gone, each process has its own.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{email, token::ServerKey};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use redis::{
    Client, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{LazyLock, Mutex, PoisonError},
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Full buckets are forgotten when there are this many.
const FORGET_ABOVE: usize = 10_000;
/// How long Redis is left alone after it did not answer.
const PAUSE: Duration = Duration::from_secs(1);

/// Charges all buckets, or none where one of them has nothing left; answers how many milliseconds to wait. A bucket is
/// the instant at which it is full again. Redis tells the time, so that all processes agree.
static CHARGE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait, full = 0, {}
for i, key in ipairs(KEYS) do
  local burst, refill = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  full[i] = math.max(tonumber(redis.call('GET', key) or 0), now) + refill
  wait = math.max(wait, full[i] - now - burst * refill)
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do redis.call('SET', key, full[i], 'PX', full[i] - now) end
return 0",
    )
});

/// How many attempts a bucket has, and the buckets of this process.
struct Limit {
    /// The buckets' name in Redis.
    name: &'static str,
    /// Attempts that pass at once.
    burst: u32,
    /// After how long there is one more.
    refill: Duration,
    here: DefaultKeyedRateLimiter<String>,
}

/// Counts attempts.
pub struct Throttle {
    key: ServerKey,
    shared: Option<Shared>,
    /// Attempts at one account or one link from one address.
    narrow: Limit,
    /// Attempts from one address at anything.
    by_address: Limit,
    /// Attempts at one account or one link from anywhere.
    by_object: Limit,
    /// Links that are not there, asked for from one address.
    misses: Limit,
}

/// The buckets in Redis.
struct Shared {
    redis: ConnectionManager,
    patience: Duration,
    paused_until: Mutex<Option<Instant>>,
}

impl Throttle {
    /// Counts in Redis where there is one, or else in this process. The server's key hides who is counted, and tells
    /// the buckets of one installation from those of another. `patience`: how long an answer of Redis is waited for.
    pub fn new(redis_url: Option<&str>, key: ServerKey, patience: Duration) -> Result<Self, redis::RedisError> {
        let shared = redis_url.map(|url| Shared::new(url, patience)).transpose()?;
        Ok(Self {
            key,
            shared,
            narrow: Limit::new("narrow", 10, Duration::from_secs(6)),
            by_address: Limit::new("address", 60, Duration::from_secs(1)),
            by_object: Limit::new("object", 100, Duration::from_secs(1)),
            misses: Limit::new("misses", 300, Duration::from_millis(200)),
        })
    }

    /// Charges an attempt to sign in. The error is how long to wait.
    pub async fn sign_in(&self, address: IpAddr, email: &str) -> Result<(), Duration> {
        let email: String = email::normalized(email).chars().take(320).collect();
        self.guess(address, &format!("account {email}")).await
    }

    /// Charges an attempt at a link's password. The error is how long to wait.
    pub async fn unlock(&self, address: IpAddr, link: Uuid) -> Result<(), Duration> {
        self.guess(address, &format!("link {link}")).await
    }

    /// Charges a request for a link that is not there, or no longer. The error is how long to wait.
    pub async fn unknown_link(&self, address: IpAddr) -> Result<(), Duration> {
        self.charge(&[(&self.misses, network(address).to_string())]).await
    }

    async fn guess(&self, address: IpAddr, object: &str) -> Result<(), Duration> {
        let address = network(address);
        let buckets = [
            (&self.narrow, format!("{address} {object}")),
            (&self.by_address, address.to_string()),
            (&self.by_object, object.to_owned()),
        ];
        self.charge(&buckets).await
    }

    async fn charge(&self, buckets: &[(&Limit, String)]) -> Result<(), Duration> {
        if let Some(shared) = &self.shared
            && let Some(wait) = shared.charge(&self.key, buckets).await
        {
            return if wait.is_zero() { Ok(()) } else { Err(wait) };
        }
        buckets.iter().try_for_each(|(limit, bucket)| limit.charge_here(bucket))
    }
}

impl Limit {
    fn new(name: &'static str, burst: u32, refill: Duration) -> Self {
        let most = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(refill).unwrap_or(Quota::per_second(most));
        Self { name, burst, refill, here: RateLimiter::keyed(quota.allow_burst(most)) }
    }

    fn charge_here(&self, bucket: &String) -> Result<(), Duration> {
        if self.here.len() > FORGET_ABOVE {
            self.here.retain_recent();
        }
        let now = self.here.clock().now();
        self.here.check_key(bucket).map_err(|not_until| not_until.wait_time_from(now))
    }
}

impl Shared {
    fn new(url: &str, patience: Duration) -> Result<Self, redis::RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(patience))
            .set_response_timeout(Some(patience))
            .set_number_of_retries(0);
        let redis = ConnectionManager::new_lazy_with_config(Client::open(url)?, config)?;
        Ok(Self { redis, patience, paused_until: Mutex::new(None) })
    }

    /// How long to wait, or nothing where Redis does not answer.
    async fn charge(&self, key: &ServerKey, buckets: &[(&Limit, String)]) -> Option<Duration> {
        let paused = || self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        if paused().is_some_and(|end| Instant::now() < end) {
            return None;
        }
        let mut call = CHARGE.prepare_invoke();
        for (limit, bucket) in buckets {
            let print = key.fingerprint(format!("{} {bucket}", limit.name).as_bytes());
            call.key(format!("vitrine:throttle:{}:{}", limit.name, URL_SAFE_NO_PAD.encode(print)));
            call.arg(limit.burst).arg(u64::try_from(limit.refill.as_millis()).unwrap_or(u64::MAX));
        }
        let mut redis = self.redis.clone();
        match tokio::time::timeout(self.patience, call.invoke_async::<u64>(&mut redis)).await {
            Ok(Ok(wait)) => Some(Duration::from_millis(wait)),
            failed => {
                let reason = failed.map_or_else(
                    |_| "no answer".to_owned(),
                    |answer| answer.map_or_else(|error| error.to_string(), |_| String::new()),
                );
                tracing::warn!(reason, "attempts are counted in this process only");
                *paused() = Some(Instant::now() + PAUSE);
                None
            }
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
    async fn empty<F: Future<Output = Result<(), Duration>>>(limit: &Limit, attempt: impl Fn(u32) -> F) {
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
        empty(&throttle.narrow, |i| {
            throttle.sign_in(address, if i % 2 == 0 { "Anna@example.com" } else { " anna@EXAMPLE.com" })
        })
        .await;
        assert_eq!(throttle.sign_in("192.0.2.2".parse().unwrap(), "anna@example.com").await, Ok(()));
    }

    #[tokio::test]
    async fn changing_the_account_or_the_last_half_of_an_ipv6_address_does_not_help() {
        let throttle = throttle();
        let spread = empty(&throttle.by_address, |i| {
            let address = format!("2001:db8:1:2::{i:x}").parse().unwrap();
            throttle.unlock(address, Uuid::from_u128(i.into()))
        });
        spread.await;
    }

    #[tokio::test]
    async fn many_addresses_at_one_link_are_slowed_too() {
        let throttle = throttle();
        let spread = empty(&throttle.by_object, |i| {
            throttle.unlock(format!("198.51.{}.{}", i / 250, i % 250).parse().unwrap(), Uuid::nil())
        });
        spread.await;
    }

    #[tokio::test]
    async fn a_redis_that_is_not_there_changes_nothing_but_who_counts() {
        let throttle = throttle_with(Some("redis+unix:///nowhere/redis.sock"));
        let address = "192.0.2.1".parse().unwrap();
        empty(&throttle.misses, |_| throttle.unknown_link(address)).await;
    }
}
