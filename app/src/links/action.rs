//! What is done to whole links.

use chrono::{DateTime, Utc};
use domain::LinkAction;

/// What is done to whole links, to one or to many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The links answer like links that do not exist, until they are enabled again.
    Disable,
    /// The links open again, under their old URLs.
    Enable,
    /// The links get new URLs; the old ones are dead.
    Rotate,
    /// The links are deleted for good.
    Delete,
}

impl Action {
    /// Whether the action changes a link that is disabled since `disabled_at`; none: the link is enabled.
    pub(super) fn changes(self, disabled_at: Option<DateTime<Utc>>) -> bool {
        match self {
            Self::Disable => disabled_at.is_none(),
            Self::Enable => disabled_at.is_some(),
            Self::Rotate | Self::Delete => true,
        }
    }

    /// The action as events record it.
    pub(super) fn recorded(self) -> LinkAction {
        match self {
            Self::Disable => LinkAction::Disabled,
            Self::Enable => LinkAction::Enabled,
            Self::Rotate => LinkAction::Rotated,
            Self::Delete => LinkAction::Deleted,
        }
    }
}
