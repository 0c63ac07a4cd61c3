//! The limits, attempt by attempt.

use super::*;
use domain::{DeviceId, LinkId, token::Keyring};
use uuid::Uuid;

fn throttle() -> Throttle {
    throttle_with(None)
}

fn throttle_with(redis_url: Option<&str>) -> Throttle {
    let redis = redis_url.map(|url| url.parse().unwrap());
    let keys: Keyring = "a key that is long enough for a test".parse().unwrap();
    Throttle::new(redis.as_ref(), keys.newest().clone(), Duration::from_mins(1))
}

fn stranger(address: &str) -> Source {
    Source::Stranger(address.parse().unwrap())
}

/// One of very many addresses, each of another site.
fn one_of_many(index: u32) -> Source {
    let [.., second, third, fourth] = index.to_be_bytes();
    Source::Stranger(IpAddr::from([100, second, third, fourth]))
}

fn link(id: u128) -> LinkId {
    LinkId::from_uuid(Uuid::from_u128(id))
}

fn known(id: u128, is_current: bool) -> Source {
    Source::Known(Device { id: DeviceId::from_uuid(Uuid::from_u128(id)), is_current })
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
    let source = stranger("192.0.2.1");
    empty(STRANGER, |i| throttle.sign_in(source, if i % 2 == 0 { "Anna@example.com" } else { " anna@EXAMPLE.com" }))
        .await;
    assert!(throttle.sign_in(stranger("192.0.2.2"), "anna@example.com").await.is_ok());
}

#[tokio::test]
async fn changing_the_account_or_the_last_half_of_an_ipv6_address_does_not_help() {
    let throttle = throttle();
    empty(ADDRESS, |i| throttle.unlock(stranger(&format!("2001:db8:1:2::{i:x}")), link(i.into()))).await;
}

#[tokio::test]
async fn changing_the_network_inside_of_a_larger_one_helps_little() {
    for (factor, mask) in [(2, 0xff), (4, 0xffff)] {
        let throttle = throttle();
        let attempt = |i: u32| {
            let address = format!("2001:db8:1:{:x}::1", i.wrapping_mul(257) & mask);
            throttle.unlock(stranger(&address), link(i.into()))
        };
        empty(ADDRESS.times(factor), attempt).await;
    }
    let throttle = throttle();
    empty(STRANGER, |i| throttle.unlock(stranger(&format!("2001:db8:1:{i:x}::1")), LinkId::nil())).await;
}

#[tokio::test]
async fn many_addresses_at_one_link_are_slowed_too() {
    let throttle = throttle();
    empty(STRANGERS, |i| throttle.unlock(one_of_many(i), LinkId::nil())).await;
}

#[test]
fn strangers_have_fewer_than_a_hundred_guesses_in_any_hour() {
    let (memory, start) = (MemoryStore::default(), Instant::now());
    let bucket = throttle().bucket(STRANGERS, "account anna@example.com");
    // Two days at which somebody tries twenty times a minute.
    let minutes: Vec<u32> = (0..2 * 24 * 60)
        .map(|minute| {
            let seconds = (0..60).step_by(3).map(|second| start + Duration::from_secs(60 * minute + second));
            let passed = seconds.filter(|now| memory.charge(std::slice::from_ref(&bucket), *now).is_zero());
            u32::try_from(passed.count()).unwrap()
        })
        .collect();
    let hours: Vec<u32> = minutes.windows(60).map(|hour| hour.iter().sum()).collect();
    let (most, least) = (hours.iter().max().unwrap(), hours.iter().min().unwrap());
    assert!(*most < 100 && *least >= 59, "{least} to {most}");
}

#[tokio::test]
async fn a_known_device_is_held_up_by_nobody_else() {
    let throttle = throttle();
    let device = known(1, true);
    empty(STRANGERS, |i| throttle.unlock(one_of_many(i), LinkId::nil())).await;
    assert!(throttle.unlock(device, LinkId::nil()).await.is_ok());
    empty(DEVICE, |_| throttle.unlock(known(2, true), LinkId::nil())).await;
    empty(FORMER_DEVICES, |i| throttle.unlock(known(i.into(), false), LinkId::nil())).await;
    // It has its own attempts: nobody has taken any, and they are not without end.
    for _ in 1..DEVICE.burst {
        assert!(throttle.unlock(device, LinkId::nil()).await.is_ok());
    }
    assert!(throttle.unlock(device, LinkId::nil()).await.is_err());
    assert!(throttle.unlock(device, link(1)).await.is_ok(), "at another link it has others");
}

#[tokio::test]
async fn a_known_device_takes_nothing_from_strangers() {
    let throttle = throttle();
    for device in 0..100 {
        for _ in 0..5 {
            let _ = throttle.unlock(known(device, true), LinkId::nil()).await;
            let _ = throttle.unlock(known(device, false), LinkId::nil()).await;
        }
    }
    empty(STRANGERS, |i| throttle.unlock(one_of_many(i), LinkId::nil())).await;
}

#[tokio::test]
async fn a_redis_that_is_not_there_changes_nothing_but_who_counts() {
    let throttle = throttle_with(Some("redis+unix:///nowhere/redis.sock"));
    let address = "192.0.2.1".parse().unwrap();
    empty(UNKNOWN_LINKS, |_| throttle.unknown_link(address)).await;
}

#[tokio::test]
async fn who_is_right_is_not_slowed_and_what_is_refused_takes_nothing() {
    let throttle = throttle();
    for host in 0..250 {
        let source = stranger(&format!("198.51.100.{host}"));
        for _ in 0..STRANGER.burst + 5 {
            throttle.unlock(source, LinkId::nil()).await.unwrap().refund().await;
        }
    }
    for _ in 0..DEVICE.burst + 5 {
        throttle.unlock(known(1, true), LinkId::nil()).await.unwrap().refund().await;
    }
    let source = stranger("192.0.2.1");
    for (id, attempts) in [(1, STRANGER.burst), (2, STRANGER.burst), (1, 1000)] {
        for _ in 0..attempts {
            let _ = throttle.unlock(source, link(id)).await;
        }
    }
    // Of the sixty of this address twenty are gone, and not a thousand.
    assert!(throttle.unlock(source, link(3)).await.is_ok());
}
