//! How long a workspace keeps its logs and the days of its statistics.

use chrono::{DateTime, TimeDelta, Utc};

/// The fewest days.
pub const SHORTEST_RETENTION: i32 = 1;

/// The most days; a workspace that wants more keeps them for ever.
pub const LONGEST_RETENTION: i32 = 3650;

/// A number of days that is too small or too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Give {SHORTEST_RETENTION} to {LONGEST_RETENTION} days, or null for ever.")]
pub struct InvalidRetention;

/// Checks a number of days.
pub fn parse(days: i32) -> Result<i32, InvalidRetention> {
    if (SHORTEST_RETENTION..=LONGEST_RETENTION).contains(&days) { Ok(days) } else { Err(InvalidRetention) }
}

/// What happened before this instant is not kept any more.
pub fn kept_since(days: i32, now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(days.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_within_ten_years() {
        assert_eq!([i32::MIN, -1, 0, 3651, i32::MAX].map(parse), [Err(InvalidRetention); 5]);
        assert_eq!([1, 30, 3650].map(parse), [Ok(1), Ok(30), Ok(3650)]);
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert_eq!(kept_since(2, now), DateTime::from_timestamp(1_800_000_000 - 2 * 86_400, 0).unwrap());
    }
}
