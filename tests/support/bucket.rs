//! A model of a throttle's bucket, as a client observes it.

use reqwest::Response;
use std::{
    ops::RangeInclusive,
    time::{Duration, Instant},
};

/// Allows a burst of attempts, and then one more for each refill. It uses real time, because refills also happen while
/// a busy machine is slow.
#[derive(Debug)]
pub struct Bucket {
    burst: usize,
    refill: Duration,
    since: Instant,
}

impl Bucket {
    /// A bucket that now holds `burst` attempts, and gets one back each `refill`.
    pub fn new(burst: usize, refill: Duration) -> Self {
        Self { burst, refill, since: Instant::now() }
    }

    /// How many attempts the bucket may have allowed by now, out of more.
    pub fn admits(&self) -> RangeInclusive<usize> {
        let refilled = self.since.elapsed().as_millis() / self.refill.as_millis();
        self.burst..=self.burst + usize::try_from(refilled).expect("a test") + 1
    }

    /// Attempts until one is throttled, and checks that the number of attempts before is what the bucket allows.
    /// Returns the bucket as it is then.
    pub async fn empty(&self, mut attempt: impl AsyncFnMut(usize) -> Response) -> Self {
        for index in 0..1000 {
            let emptied = Self::new(0, self.refill);
            let answer = attempt(index).await;
            if answer.status() == 429 {
                assert!(self.admits().contains(&index), "{index} of {:?}", self.admits());
                let wait: u64 = answer.headers()["retry-after"].to_str().expect("text").parse().expect("seconds");
                assert!((1..=self.refill.as_secs() + 1).contains(&wait), "{wait}");
                return emptied;
            }
            assert!([403, 404].contains(&answer.status().as_u16()), "{}", answer.status());
        }
        panic!("nobody is ever told to wait");
    }
}
