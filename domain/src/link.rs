//! Kinds, states and actions of links. The state is derived from facts, never stored.

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
    /// The state of a link.
    pub enum LinkState {
        /// The link opens later.
        Scheduled = "SCHEDULED",
        /// The link is open.
        Active = "ACTIVE",
        /// The link has expired.
        Expired = "EXPIRED",
        /// All downloads that the link allows were counted. Its page, if it has one, can still be looked at.
        Exhausted = "EXHAUSTED",
        /// The link was disabled by a user, or its creator is disabled.
        Disabled = "DISABLED",
    }
}

text_enum! {
    /// What somebody did to a link.
    pub enum LinkAction {
        /// Created it.
        Created = "CREATED",
        /// Changed its settings.
        Updated = "UPDATED",
        /// Disabled it.
        Disabled = "DISABLED",
        /// Enabled it again.
        Enabled = "ENABLED",
        /// Gave it another URL.
        Rotated = "ROTATED",
        /// Deleted it.
        Deleted = "DELETED",
    }
}

/// The facts from which a link's state is derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lifetime {
    /// The link was disabled by a user, or its creator is disabled.
    pub disabled: bool,
    /// Open from this instant on.
    pub starts_at: Option<DateTime<Utc>>,
    /// Expired from this instant on.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many downloads it allows.
    pub max_downloads: Option<i32>,
    /// How many downloads were counted.
    pub download_count: i32,
}

impl Lifetime {
    /// The state at an instant. If several apply, a user's decision to disable comes first, then the states that do not
    /// end by themselves, then the one that does.
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
