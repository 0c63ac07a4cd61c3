//! The workspace and the user that a new asset or attachment belongs to.

use crate::Viewer;
use domain::{UserId, WorkspaceId};

/// The owner of a new asset or attachment.
#[derive(Debug, Clone, Copy)]
pub struct Owner {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The user.
    pub user: Option<UserId>,
}

impl Owner {
    /// The viewer as owner.
    pub fn of(viewer: &Viewer) -> Self {
        Self { workspace: viewer.workspace.id, user: Some(viewer.user.id) }
    }
}
