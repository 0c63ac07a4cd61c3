//! The parts of an installation that break, and which of them are broken at the moment.

use std::{cell::Cell, fmt};

/// A part that breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Serve(usize),
    Worker(usize),
    Postgres,
    Redis,
    Storage,
}

impl Part {
    pub(super) const ALL: [Self; 7] =
        [Self::Serve(0), Self::Serve(1), Self::Worker(0), Self::Worker(1), Self::Postgres, Self::Redis, Self::Storage];

    const fn index(self) -> usize {
        match self {
            Self::Serve(index) => index,
            Self::Worker(index) => 2 + index,
            Self::Postgres => 4,
            Self::Redis => 5,
            Self::Storage => 6,
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serve(index) => write!(f, "serve {}", index + 1),
            Self::Worker(index) => write!(f, "worker {}", index + 1),
            Self::Postgres => f.write_str("Postgres"),
            Self::Redis => f.write_str("Redis"),
            Self::Storage => f.write_str("S3"),
        }
    }
}

/// Which parts are broken, or not found again yet.
#[derive(Default)]
pub(super) struct Outages {
    parts: [Outage; Part::ALL.len()],
}

#[derive(Default)]
struct Outage {
    is_down: Cell<bool>,
    /// How often it has begun.
    begun: Cell<usize>,
}

/// A moment, from which on outages are of interest.
#[derive(Clone, Copy)]
pub(super) struct Since([(bool, usize); Part::ALL.len()]);

impl Outages {
    pub(super) fn begin(&self, part: Part) {
        let outage = &self.parts[part.index()];
        outage.is_down.set(true);
        outage.begun.set(outage.begun.get() + 1);
    }

    pub(super) fn end(&self, part: Part) {
        self.parts[part.index()].is_down.set(false);
    }

    /// How often this part was broken.
    pub(super) fn count(&self, part: Part) -> usize {
        self.parts[part.index()].begun.get()
    }

    pub(super) fn now(&self) -> Since {
        Since(Part::ALL.map(|part| (self.parts[part.index()].is_down.get(), self.count(part))))
    }

    /// Whether this part was broken at any time since then.
    pub(super) fn was_down(&self, part: Part, since: Since) -> bool {
        let (was_down, begun) = since.0[part.index()];
        was_down || begun != self.count(part)
    }

    /// Whether any of these was broken at any time since then.
    pub(super) fn any(&self, parts: &[Part], since: Since) -> bool {
        parts.iter().any(|part| self.was_down(*part, since))
    }
}
