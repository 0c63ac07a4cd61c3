//! The group that an input field names.

use crate::{MutationError, Services, UserErrorCode, Viewer};
use domain::UserGroupId;
use schema::user_groups::{self, UserGroup};

/// The group that an input field names, for an administrator. `id` is none where the client sent no id of a group.
pub(super) async fn find(
    services: &Services,
    viewer: &Viewer,
    id: Option<UserGroupId>,
    field: &str,
) -> Result<UserGroup, MutationError> {
    viewer.require_admin()?;
    let found = match id {
        Some(id) => user_groups::by_ids(&mut *services.pool.get().await?, viewer.workspace.id, &[id]).await?.pop(),
        None => None,
    };
    found.ok_or_else(|| MutationError::user(UserErrorCode::NotFound, &[field], "There is no such group."))
}
