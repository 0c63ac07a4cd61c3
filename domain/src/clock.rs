//! The one place that reads the machine's clock.
//!
//! Rules take `now` as an argument; whoever calls them asks a [`Clock`], so that a test can stand at any
//! instant it likes.

use chrono::{DateTime, Datelike, Utc};
use std::{fmt, sync::Arc};

/// Whether an instant lies in the years 1 to 9999, which every calendar, database and client can handle.
pub fn is_storable(instant: DateTime<Utc>) -> bool {
    (1..=9999).contains(&instant.year())
}

/// The instant in whole microseconds: the precision that Postgres keeps.
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

    /// A clock that a test turns.
    pub fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The present instant, as precise as it is stored.
    pub fn now(&self) -> DateTime<Utc> {
        as_stored((self.0)())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}
