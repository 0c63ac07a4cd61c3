//! The only place that reads the machine's clock.
//!
//! Rules take `now` as an argument, which callers read from a [`Clock`], so that tests can choose the time.

use chrono::{DateTime, Datelike, Utc};
use std::{fmt, sync::Arc};

/// Whether an instant lies in the years 1 to 9999, which calendars, databases and clients can represent.
pub fn is_storable(instant: DateTime<Utc>) -> bool {
    (1..=9999).contains(&instant.year())
}

/// The instant in whole microseconds, the precision of Postgres.
pub fn as_stored(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(instant.timestamp_micros()).unwrap_or(instant)
}

/// Tells the time. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that may")]
        Self(Arc::new(Utc::now))
    }

    /// A clock that a test controls.
    pub fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The present instant in the precision of Postgres.
    pub fn now(&self) -> DateTime<Utc> {
        as_stored((self.0)())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}
