//! What slows down guessing, as whoever guesses sees it.

use reqwest::Response;
use std::{
    ops::RangeInclusive,
    time::{Duration, Instant},
};

/// Lets so many attempts through, and then one more each time that it is refilled: by the time that really passes,
/// which may be long on a busy machine.
#[derive(Debug)]
pub struct Bucket {
    burst: usize,
    refill: Duration,
    since: Instant,
}

impl Bucket {
    /// Holds `burst` attempts at this moment, and gets one back each `refill`.
    pub fn new(burst: usize, refill: Duration) -> Self {
        Self { burst, refill, since: Instant::now() }
    }

    /// How many attempts it may have let through by now, of more than that.
    pub fn admits(&self) -> RangeInclusive<usize> {
        let refilled = self.since.elapsed().as_millis() / self.refill.as_millis();
        self.burst..=self.burst + usize::try_from(refilled).expect("a test") + 1
    }

    /// Attempts until one is told to wait; before that as many are refused for their own sake as it admits. Returns it
    /// as it is then.
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
