//! Limits the rate of API requests of one caller.
//!
//! Each request has a cost, which is charged to token buckets: that of the signed-in user, or those of the networks of
//! an anonymous caller's address. Signed-in users are not charged by address, because an office shares one. The buckets
//! are in this process only, because they protect the capacity of this process; the limit does not depend on Redis.

use domain::{
    UserId,
    network::{Network, networks},
};
use std::{
    collections::HashMap,
    fmt,
    net::IpAddr,
    str::FromStr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The capacity of a bucket: what it refills in this time.
const BURST: Duration = Duration::from_secs(20);
/// The rate of anonymous callers is this many times lower than that of a user.
const ANONYMOUS: u64 = 10;
/// The longest time that one request blocks further requests.
const MAX_DEBT: Duration = Duration::from_mins(10);
/// Full buckets are removed when there are more than this many buckets, and next when their number has doubled.
const PRUNE_ABOVE: usize = 10_000;

/// How many units of cost a user may use in a second, on average.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestRate {
    /// This many units.
    Units(u32),
    /// No limit.
    Off,
}

/// The text is not a rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither `off` nor units a second, from 1 to {max}, such as 50000", max = u32::MAX)]
pub struct InvalidRate(String);

impl Default for RequestRate {
    fn default() -> Self {
        Self::Units(50_000)
    }
}

impl FromStr for RequestRate {
    type Err = InvalidRate;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text.trim(), text.trim().parse()) {
            ("off", _) => Ok(Self::Off),
            (_, Ok(units @ 1..)) => Ok(Self::Units(units)),
            _ => Err(InvalidRate(text.to_owned())),
        }
    }
}

impl fmt::Display for RequestRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Units(units) => write!(f, "{units}"),
            Self::Off => f.write_str("off"),
        }
    }
}

/// The buckets of all callers.
#[derive(Debug)]
pub struct RateLimiter {
    rate: RequestRate,
    buckets: Mutex<Buckets>,
}

#[derive(Debug, Default)]
struct Buckets {
    /// The instant at which each bucket is full again. Buckets that are not in the map are full.
    full_at: HashMap<Payer, Instant>,
    prune_above: usize,
}

/// Whose bucket is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Payer {
    User(UserId),
    Network(Network),
}

impl RateLimiter {
    /// A limiter whose buckets are full.
    pub fn new(rate: RequestRate) -> Self {
        Self { rate, buckets: Mutex::default() }
    }

    /// Charges a request to the user, or to the networks of the address if there is no user. The error is how long to
    /// wait; then nothing is charged. A request that costs more than the capacity of a bucket needs a full bucket, and
    /// blocks further requests until its whole cost is refilled.
    pub fn charge(&self, address: IpAddr, user: Option<UserId>, cost: u64, now: Instant) -> Result<(), Duration> {
        self.charge_operation(address, user, cost, 0, now)
    }

    /// Charges the operation of a request that was charged `paid` already. An operation that costs more than the
    /// capacity of a bucket passes if the bucket was full before the first charge; otherwise it could never pass.
    pub fn charge_operation(
        &self,
        address: IpAddr,
        user: Option<UserId>,
        cost: u64,
        paid: u64,
        now: Instant,
    ) -> Result<(), Duration> {
        let RequestRate::Units(rate) = self.rate else { return Ok(()) };
        let rate = u64::from(rate);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let charged = if let Some(user) = user {
            vec![buckets.charged(Payer::User(user), cost, paid, rate, now)?]
        } else {
            let rate = (rate / ANONYMOUS).max(1);
            let each = networks(address).map(|network| {
                let rate = rate * u64::from(network.weight);
                buckets.charged(Payer::Network(network), cost, paid, rate, now)
            });
            longest_wait(each)?
        };
        buckets.full_at.extend(charged);
        buckets.prune(now);
        Ok(())
    }
}

/// How long it takes to refill a cost.
fn refill(cost: u64, rate: u64) -> Duration {
    let nanos = u128::from(cost) * Duration::from_secs(1).as_nanos() / u128::from(rate);
    u64::try_from(nanos).map_or(MAX_DEBT, Duration::from_nanos).min(MAX_DEBT)
}

/// All new states, or the longest wait if any bucket lacks capacity.
fn longest_wait<T>(each: impl Iterator<Item = Result<T, Duration>>) -> Result<Vec<T>, Duration> {
    let (mut charged, mut longest) = (Vec::new(), None);
    for one in each {
        match one {
            Ok(one) => charged.push(one),
            Err(wait) => longest = longest.max(Some(wait)),
        }
    }
    longest.map_or(Ok(charged), Err)
}

impl Buckets {
    /// When a bucket with this refill rate is full again after the charge; or how long to wait.
    fn charged(
        &self,
        payer: Payer,
        cost: u64,
        paid: u64,
        rate: u64,
        now: Instant,
    ) -> Result<(Payer, Instant), Duration> {
        let whole = refill(cost.saturating_add(paid), rate);
        let part = whole.saturating_sub(refill(paid, rate));
        let full_at = self.full_at.get(&payer).map_or(now, |full_at| now.max(*full_at));
        let capacity = BURST.max(whole);
        let wait = (full_at + part).saturating_duration_since(now + capacity);
        if wait.is_zero() { Ok((payer, full_at + part)) } else { Err(wait) }
    }

    fn prune(&mut self, now: Instant) {
        if self.full_at.len() > self.prune_above.max(PRUNE_ABOVE) {
            self.full_at.retain(|_, full_at| *full_at > now);
            self.prune_above = 2 * self.full_at.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const USER: Option<UserId> = Some(user(1));

    const fn user(id: u128) -> UserId {
        UserId::from_uuid(Uuid::from_u128(id))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn limiter() -> RateLimiter {
        RateLimiter::new(RequestRate::default())
    }

    #[test]
    fn a_user_has_a_burst_and_then_what_comes_in() {
        let (limiter, now) = (limiter(), Instant::now());
        let charge = |cost, now| limiter.charge(address("192.0.2.1"), USER, cost, now);
        for _ in 0..100 {
            assert_eq!(charge(10_000, now), Ok(()));
        }
        assert_eq!(charge(10_000, now), Err(Duration::from_millis(200)));
        assert_eq!(charge(1, now), Err(Duration::from_micros(20)), "what is refused takes nothing");
        // It refills, but never beyond its capacity.
        assert_eq!(charge(10_000, now + Duration::from_millis(200)), Ok(()));
        let later = now + Duration::from_hours(1);
        assert_eq!(charge(1_000_000, later), Ok(()));
        assert_eq!(charge(50_000, later), Err(Duration::from_secs(1)));
    }

    #[test]
    fn users_of_one_office_do_not_wait_for_each_other_nor_for_its_guests() {
        let (limiter, now) = (limiter(), Instant::now());
        let office = address("192.0.2.1");
        for id in 0..50 {
            assert_eq!(limiter.charge(office, Some(user(id)), 1_000_000, now), Ok(()));
        }
        assert_eq!(limiter.charge(office, None, 100_000, now), Ok(()));
        assert_eq!(limiter.charge(office, None, 100, now), Err(Duration::from_millis(20)));
        assert_eq!(limiter.charge(office, Some(user(99)), 100, now), Ok(()));
        assert_eq!(limiter.charge(address("192.0.2.2"), None, 100, now), Ok(()));
        // A user is charged wherever they come from.
        assert!(limiter.charge(address("192.0.2.2"), Some(user(1)), 100, now).is_err());
    }

    #[test]
    fn many_networks_of_ipv6_have_more_room_but_not_without_end() {
        let now = Instant::now();
        for (mask, capacity) in [(0, 1), (0xff, 2), (0xffff, 4)] {
            let limiter = limiter();
            let passed = (0..1000_u32)
                .take_while(|index| {
                    let address = format!("2001:db8:1:{:x}::{index:x}", (index * 257) & mask);
                    limiter.charge(address.parse().unwrap(), None, 1000, now).is_ok()
                })
                .count();
            assert_eq!(passed, 100 * capacity);
        }
    }

    #[test]
    fn what_is_dearer_than_a_bucket_is_let_through_by_a_full_one_and_paid_off() {
        let (limiter, now) = (limiter(), Instant::now());
        let charge = |cost, now| limiter.charge(address("192.0.2.1"), None, cost, now);
        assert_eq!(charge(5_000, now), Ok(()));
        assert_eq!(charge(200_000, now), Err(Duration::from_secs(1)), "not before it is full");
        let full = now + Duration::from_secs(1);
        assert_eq!(charge(200_000, full), Ok(()));
        assert_eq!(charge(5_000, full), Err(Duration::from_secs(21)));
        assert_eq!(charge(5_000, full + Duration::from_secs(21)), Ok(()));
        // Even the most expensive request blocks others for no longer than this.
        let later = full + Duration::from_hours(1);
        assert_eq!(charge(u64::MAX, later), Ok(()));
        assert_eq!(charge(u64::MAX, later), Err(MAX_DEBT));
        assert_eq!(charge(1, later + MAX_DEBT), Ok(()));
    }

    #[test]
    fn a_dear_request_gets_through_although_its_reading_was_charged_before() {
        let now = Instant::now();
        for user in [None, USER] {
            let limiter = RateLimiter::new(RequestRate::Units(10));
            let (office, second) = (address("192.0.2.1"), now + Duration::from_mins(20));
            for now in [now, second] {
                assert_eq!(limiter.charge(office, user, 3, now), Ok(()));
                assert!(limiter.charge(office, user, 5_000, now).is_err(), "as a request of its own");
                assert_eq!(limiter.charge_operation(office, user, 500, 3, now), Ok(()));
                assert!(limiter.charge_operation(office, user, 500, 3, now).is_err());
            }
        }
    }

    #[test]
    fn full_buckets_are_forgotten() {
        let (limiter, now) = (limiter(), Instant::now());
        for index in 0..100_000_u32 {
            let address = IpAddr::from(index.to_be_bytes());
            // Each is full again before the next thousand has come.
            let now = now + Duration::from_micros(u64::from(index) * 100);
            assert_eq!(limiter.charge(address, None, 500, now), Ok(()));
        }
        assert!(limiter.buckets.lock().unwrap().full_at.len() <= PRUNE_ABOVE + 1);
    }

    #[test]
    fn a_rate_is_units_or_off() {
        assert_eq!("50000".parse(), Ok(RequestRate::default()));
        assert_eq!(RequestRate::default().to_string(), "50000");
        assert_eq!(" off ".parse(), Ok(RequestRate::Off));
        for wrong in ["", "0", "-1", "many", "1.5", "5000000000"] {
            let told = wrong.parse::<RequestRate>().unwrap_err().to_string();
            assert!(told.contains(&format!("{wrong:?}")) && told.contains("50000"), "{told}");
        }
        let off = RateLimiter::new(RequestRate::Off);
        assert_eq!(off.charge(address("192.0.2.1"), None, u64::MAX, Instant::now()), Ok(()));
        let slow = RateLimiter::new(RequestRate::Units(1));
        assert_eq!(slow.charge(address("192.0.2.1"), None, 20, Instant::now()), Ok(()));
    }
}
