//! Slows down guessing of passwords, by address and by what is guessed at.
//!
//! Each attempt is charged, right or wrong, one by one: many aliases in one GraphQL request are many attempts.
//! A bucket refills all the time, so nobody is locked out for good.

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};
use uuid::Uuid;

/// Attempts at one account or one link from one address before it has to slow down, and how often after that.
const NARROW: (u32, Duration) = (10, Duration::from_secs(6));
/// Attempts from one address at anything.
const BY_ADDRESS: (u32, Duration) = (60, Duration::from_secs(1));
/// Attempts at one account or one link from anywhere.
const BY_OBJECT: (u32, Duration) = (100, Duration::from_secs(1));
/// Full buckets are forgotten when there are this many.
const FORGET_ABOVE: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Object {
    Account(String),
    Link(Uuid),
}

/// Counts attempts.
pub struct Throttle {
    narrow: DefaultKeyedRateLimiter<(IpAddr, Object)>,
    by_address: DefaultKeyedRateLimiter<IpAddr>,
    by_object: DefaultKeyedRateLimiter<Object>,
}

impl Default for Throttle {
    fn default() -> Self {
        let quota = |(burst, refill): (u32, Duration)| {
            let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
            Quota::with_period(refill).map_or(Quota::per_second(burst), |quota| quota.allow_burst(burst))
        };
        Self {
            narrow: RateLimiter::keyed(quota(NARROW)),
            by_address: RateLimiter::keyed(quota(BY_ADDRESS)),
            by_object: RateLimiter::keyed(quota(BY_OBJECT)),
        }
    }
}

impl Throttle {
    /// Charges an attempt to sign in. The error is how long to wait.
    pub fn sign_in(&self, address: IpAddr, email: &str) -> Result<(), Duration> {
        let email = email.trim().to_lowercase().chars().take(320).collect();
        self.charge(address, Object::Account(email))
    }

    /// Charges an attempt at a link's password. The error is how long to wait.
    pub fn unlock(&self, address: IpAddr, link: Uuid) -> Result<(), Duration> {
        self.charge(address, Object::Link(link))
    }

    fn charge(&self, address: IpAddr, object: Object) -> Result<(), Duration> {
        if self.by_address.len() > FORGET_ABOVE
            || self.by_object.len() > FORGET_ABOVE
            || self.narrow.len() > FORGET_ABOVE
        {
            self.by_address.retain_recent();
            self.by_object.retain_recent();
            self.narrow.retain_recent();
        }
        let address = network(address);
        let now = self.narrow.clock().now();
        self.narrow
            .check_key(&(address, object.clone()))
            .and_then(|()| self.by_address.check_key(&address))
            .and_then(|()| self.by_object.check_key(&object))
            .map_err(|not_until| not_until.wait_time_from(now))
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

    fn attempts_until_refused(mut attempt: impl FnMut(u32) -> Result<(), Duration>) -> u32 {
        (0..1000).find(|i| attempt(*i).is_err()).unwrap_or(1000)
    }

    #[test]
    fn one_address_at_one_account_is_slowed_first() {
        let throttle = Throttle::default();
        let address = "192.0.2.1".parse().unwrap();
        assert_eq!(attempts_until_refused(|_| throttle.sign_in(address, "Anna@example.com")), 10);
        let wait = throttle.sign_in(address, " anna@EXAMPLE.com").unwrap_err();
        assert!(wait <= Duration::from_secs(6), "{wait:?}");
        assert_eq!(throttle.sign_in("192.0.2.2".parse().unwrap(), "anna@example.com"), Ok(()));
    }

    #[test]
    fn changing_the_account_or_the_last_half_of_an_ipv6_address_does_not_help() {
        let throttle = Throttle::default();
        let spread = attempts_until_refused(|i| {
            let address = format!("2001:db8:1:2::{i:x}").parse().unwrap();
            throttle.unlock(address, Uuid::from_u128(i.into()))
        });
        assert!((60..=70).contains(&spread), "{spread}");
    }

    #[test]
    fn many_addresses_at_one_link_are_slowed_too() {
        let throttle = Throttle::default();
        let spread = attempts_until_refused(|i| {
            throttle.unlock(format!("198.51.{}.{}", i / 250, i % 250).parse().unwrap(), Uuid::nil())
        });
        assert!((100..=110).contains(&spread), "{spread}");
    }
}
