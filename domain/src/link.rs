//! What a link is and what state it is in. The state is derived from facts, never stored.

use crate::text_enum::text_enum;
use chrono::{DateTime, Utc};

text_enum! {
    /// The kinds of link that are stored. An internal link is derived from the asset's number.
    pub enum LinkKind {
        /// Opens a page.
        Public = "PUBLIC",
        /// Is the download of one original.
        Download = "DOWNLOAD",
    }
}

text_enum! {
    /// Where a link stands in its life.
    pub enum LinkState {
        /// Not open yet.
        Scheduled = "SCHEDULED",
        /// Open.
        Active = "ACTIVE",
        /// Its time is over.
        Expired = "EXPIRED",
        /// Its downloads are used up.
        Exhausted = "EXHAUSTED",
        /// Switched off by hand.
        Disabled = "DISABLED",
    }
}

text_enum! {
    /// What somebody did to a link.
    pub enum LinkAction {
        /// Made it.
        Created = "CREATED",
        /// Changed its settings.
        Updated = "UPDATED",
        /// Switched it off.
        Disabled = "DISABLED",
        /// Switched it on again.
        Enabled = "ENABLED",
        /// Gave it another URL.
        Rotated = "ROTATED",
        /// Deleted it.
        Deleted = "DELETED",
    }
}

/// The facts that a link's state follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lifetime {
    /// Switched off by hand.
    pub disabled: bool,
    /// Open from this instant on.
    pub starts_at: Option<DateTime<Utc>>,
    /// Dead from this instant on.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many downloads it allows.
    pub max_downloads: Option<i32>,
    /// How many were counted.
    pub download_count: i32,
}

impl Lifetime {
    /// The state at an instant. What a person did comes first, then what cannot come back, then what will.
    pub fn state(&self, now: DateTime<Utc>) -> LinkState {
        if self.disabled {
            LinkState::Disabled
        } else if self.expires_at.is_some_and(|end| now >= end) {
            LinkState::Expired
        } else if self.max_downloads.is_some_and(|max| self.download_count >= max) {
            LinkState::Exhausted
        } else if self.starts_at.is_some_and(|start| now < start) {
            LinkState::Scheduled
        } else {
            LinkState::Active
        }
    }
}
