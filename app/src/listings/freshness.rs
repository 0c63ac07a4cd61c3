//! How far a replica is behind. Where the primary had been when is known by asking it once a second; the newest of these
//! positions that the replica has replayed tells how old its state is, also when nothing is written, when the connection
//! between the two is broken, and when the replica is held on purpose. What a replica tells of itself cannot do that: it does
//! not know what it has not received.

use std::{collections::VecDeque, time::Duration};
use tokio::time::Instant;

/// How many positions of the primary are remembered.
const REMEMBERED: usize = 120;

/// How a replica was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Freshness {
    /// It has not been compared with the primary yet.
    Unknown,
    /// It answers, and is this far behind.
    Behind {
        /// How old its state is; none, if that is more than can be told.
        lag: Option<Duration>,
        /// How many bytes of the log of the primary it has not replayed.
        bytes: i64,
    },
    /// It, or the primary, does not answer.
    Away(String),
    /// It is no replica of this primary; why.
    Unrelated(&'static str),
}

/// Where the primary was at which times, the latest last, and where the replica was last.
#[derive(Debug, Default)]
pub(super) struct Positions {
    primary: VecDeque<(Instant, i64)>,
    replica: Option<i64>,
}

impl Positions {
    /// Compares the primary, which was at `written` at this time, with the replica, which was asked afterwards.
    pub(super) fn compare(&mut self, at: Instant, written: i64, replayed: i64) -> Freshness {
        if self.replica.replace(replayed).is_some_and(|before| before > written) {
            return Freshness::Unrelated("it is ahead of the primary, so that it follows another server");
        }
        if self.primary.len() == REMEMBERED {
            self.primary.pop_front();
        }
        self.primary.push_back((at, written));
        let reached = self.primary.iter().rev().find(|(_, position)| *position <= replayed);
        Freshness::Behind { lag: reached.map(|(then, _)| at - *then), bytes: (written - replayed).max(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behind(lag: Option<u64>, bytes: i64) -> Freshness {
        Freshness::Behind { lag: lag.map(Duration::from_secs), bytes }
    }

    #[test]
    fn the_newest_position_that_was_replayed_tells_the_age() {
        let start = Instant::now();
        let mut positions = Positions::default();
        let mut compare =
            |second, written, replayed| positions.compare(start + Duration::from_secs(second), written, replayed);
        assert_eq!(compare(0, 100, 90), behind(None, 10), "nothing is known of the time before");
        assert_eq!(compare(1, 110, 100), behind(Some(1), 10));
        assert_eq!(compare(2, 120, 125), behind(Some(0), 0), "more was written since the primary was asked");
        assert_eq!(compare(3, 125, 125), behind(Some(0), 0));
        assert_eq!(compare(9, 125, 125), behind(Some(0), 0), "nothing is written");
        assert_eq!(compare(10, 300, 200), behind(Some(1), 100));
        assert_eq!(compare(20, 300, 200), behind(Some(11), 100), "it is held");
        assert_eq!(compare(21, 310, 400), behind(Some(0), 0));
        assert!(matches!(compare(22, 320, 400), Freshness::Unrelated(_)), "where the primary had not been");
    }

    #[test]
    fn little_is_remembered() {
        let (start, mut positions) = (Instant::now(), Positions::default());
        for second in 0..1000 {
            let at = start + Duration::from_secs(second);
            let written = i64::try_from(second).unwrap();
            let lag = if second < REMEMBERED as u64 { Some(second) } else { None };
            assert_eq!(positions.compare(at, written, 0), behind(lag, written));
        }
        assert_eq!(positions.primary.len(), REMEMBERED);
    }
}
