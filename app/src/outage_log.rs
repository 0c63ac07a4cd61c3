//! Tells of an outage in the log: when it begins, once a minute while it lasts, and when it is over. What is tried again twice a
//! second would else fill the log.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How often a failure that goes on is told.
const EVERY: Duration = Duration::from_mins(1);

/// What was told of one thing that is tried again and again.
#[derive(Debug, Default)]
pub struct OutageLog(Mutex<Option<Outage>>);

#[derive(Debug, Clone, Copy)]
struct Outage {
    began: Instant,
    told: Instant,
}

impl OutageLog {
    /// Notes a failure. Returns whether it is to be told.
    pub fn failed(&self) -> bool {
        self.failed_at(Instant::now())
    }

    /// Notes a success. Returns how long the outage before it was, if there was one, to be told.
    pub fn succeeded(&self) -> Option<Duration> {
        let mut outage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        outage.take().map(|outage| outage.began.elapsed())
    }

    fn failed_at(&self, now: Instant) -> bool {
        let mut outage = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *outage {
            Some(Outage { told, .. }) if now.duration_since(*told) < EVERY => false,
            Some(Outage { told, .. }) => {
                *told = now;
                true
            }
            None => {
                *outage = Some(Outage { began: now, told: now });
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_told_at_its_beginning_each_minute_and_at_its_end() {
        let (log, start) = (OutageLog::default(), Instant::now());
        let told = |seconds| log.failed_at(start + Duration::from_secs(seconds));
        assert_eq!([0, 1, 59, 60, 61, 119, 120].map(told), [true, false, false, true, false, false, true]);
        assert!(log.succeeded().is_some());
        assert_eq!(log.succeeded(), None);
        assert!(told(121), "another one");
    }
}
