//! Counts what was asked and how it was answered, and keeps what was wrong.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fmt,
    time::Instant,
};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Upload,
    Listing,
    Link,
    Share,
    Page,
    SharedLink,
    Original,
    Range,
    Preview,
    Marked,
    Zip,
    Slow,
}

impl Kind {
    pub(super) const ALL: [Self; 12] = [
        Self::Upload,
        Self::Listing,
        Self::Link,
        Self::Share,
        Self::Page,
        Self::SharedLink,
        Self::Original,
        Self::Range,
        Self::Preview,
        Self::Marked,
        Self::Zip,
        Self::Slow,
    ];

    /// Whether it is done soon.
    pub(super) fn is_short(self) -> bool {
        self != Self::Slow
    }

    /// Whether the bytes of blobs are sent, while they are read.
    pub(super) fn is_file(self) -> bool {
        match self {
            Self::Original | Self::Range | Self::Preview | Self::Marked | Self::Zip | Self::Slow => true,
            Self::Upload | Self::Listing | Self::Link | Self::Share | Self::Page | Self::SharedLink => false,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Upload => "upload",
            Self::Listing => "listing of what was just made",
            Self::Link => "link",
            Self::Share => "bulk share",
            Self::Page => "page of a link",
            Self::SharedLink => "sharedLink",
            Self::Original => "original",
            Self::Range => "range of an original",
            Self::Preview => "preview",
            Self::Marked => "preview with a watermark",
            Self::Zip => "zip and its rest",
            Self::Slow => "slow download, or its rest",
        })
    }
}

/// How it was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// With this status, and not that of an outage.
    Status(u16),
    /// That something is away for a while.
    Unavailable,
    /// Not at all, by a process that was down.
    Down,
    /// In part, while something that it needs was away.
    CutOff,
}

/// What was counted.
pub(super) struct Tally {
    answers: RefCell<BTreeMap<(Kind, Outcome), u64>>,
    /// How often something was said to be away while nothing was broken.
    needless: Cell<u64>,
    wrong: RefCell<Vec<String>>,
    begun: Instant,
}

impl Tally {
    pub(super) fn begin() -> Self {
        let (answers, needless, wrong) = Default::default();
        Self { answers, needless, wrong, begun: Instant::now() }
    }

    pub(super) fn count(&self, kind: Kind, outcome: Outcome) {
        *self.answers.borrow_mut().entry((kind, outcome)).or_default() += 1;
    }

    pub(super) fn count_needless(&self) {
        self.needless.set(self.needless.get() + 1);
    }

    /// Keeps what was wrong, and when.
    pub(super) fn wrong(&self, what: String) {
        let what = format!("after {:.1} s: {what}", self.begun.elapsed().as_secs_f64());
        eprintln!("{}", what.chars().take(300).collect::<String>());
        self.wrong.borrow_mut().push(what);
    }

    /// All that was wrong.
    pub(super) fn all_wrong(&self) -> Vec<String> {
        self.wrong.borrow().clone()
    }

    pub(super) fn needless(&self) -> u64 {
        self.needless.get()
    }

    pub(super) fn answers(&self) -> BTreeMap<(Kind, Outcome), u64> {
        self.answers.borrow().clone()
    }

    /// How often this kind of request was answered with what it asked for.
    pub(super) fn succeeded(&self, kind: Kind) -> u64 {
        let answers = self.answers.borrow();
        let good = |outcome: &Outcome| matches!(outcome, Outcome::Status(200..400));
        answers.iter().filter(|((of, outcome), _)| *of == kind && good(outcome)).map(|(_, count)| count).sum()
    }
}
