//! The links of a workspace that a user may see and manage: their own, or everybody's.

use crate::schema::links;
use diesel::{pg::Pg, prelude::*};
use domain::{UserId, WorkspaceId};

/// Which links of a workspace a user may see.
#[derive(Debug, Clone, Copy)]
pub struct VisibleLinks {
    /// Links of this workspace only.
    pub workspace: WorkspaceId,
    /// Links that this user created only; none: everybody's.
    pub created_by: Option<UserId>,
}

impl VisibleLinks {
    pub(crate) fn links(self) -> links::BoxedQuery<'static, Pg> {
        let query = links::table.filter(links::workspace_id.eq(self.workspace)).into_boxed();
        match self.created_by {
            Some(user) => query.filter(links::created_by.eq(user)),
            None => query,
        }
    }
}
