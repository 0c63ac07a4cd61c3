//! How long to wait before the next attempt.

use rand::{Rng, RngExt};
use std::time::Duration;

/// The wait after the first attempt, before jitter. Each further attempt doubles the wait.
const FIRST: Duration = Duration::from_secs(1);

/// The longest wait.
const LONGEST: Duration = Duration::from_mins(10);

/// The longest wait of a job that could not be tried, so that jobs resume soon after an outage.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// The wait after attempt number `attempt`. Jitter shortens the wait by up to a half, so that jobs that failed together
/// are not tried together.
pub(crate) fn delay(attempt: usize, chance: &mut impl Rng) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
    let longest = FIRST.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST);
    longest.mul_f64(chance.random_range(0.5..=1.0))
}

/// The wait of a job that could not be tried, `time` times in a row.
pub(crate) fn pause(time: usize, chance: &mut impl Rng) -> Duration {
    delay(time, chance).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng, rngs::StdRng};

    #[test]
    fn waits_double_up_to_ten_minutes_and_differ() {
        let mut chance = StdRng::seed_from_u64(7);
        for (attempt, seconds) in [(1, 1), (2, 2), (5, 16), (10, 512), (11, 600), (80, 600), (usize::MAX, 600)] {
            let longest = Duration::from_secs(seconds);
            let waits: Vec<_> = (0..100).map(|_| delay(attempt, &mut chance)).collect();
            assert!(waits.iter().all(|wait| *wait >= longest / 2 && *wait <= longest), "{attempt}: {waits:?}");
            assert!(waits.iter().min() < waits.iter().max(), "{attempt}");
        }
    }
}
