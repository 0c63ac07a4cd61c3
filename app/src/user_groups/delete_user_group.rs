//! The end of a group.

use super::find::find;
use crate::{MutationError, Services, Viewer};
use domain::UserGroupId;
use schema::user_groups;

/// Removes a group and the access rules that refer to it. For administrators.
pub async fn delete_user_group(
    services: &Services,
    viewer: &Viewer,
    id: Option<UserGroupId>,
) -> Result<(), MutationError> {
    let group = find(services, viewer, id, "id").await?;
    user_groups::delete(&mut *services.pool.get().await?, viewer.workspace.id, group.id).await?;
    Ok(())
}
