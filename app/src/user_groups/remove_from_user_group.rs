//! Fewer members for a group.

use super::find::find;
use crate::{MutationError, Services, Viewer};
use domain::{UserGroupId, UserId};
use schema::user_groups::{self, UserGroup};

/// Takes users out of a group; links by them lose what the group gave at once. For administrators.
pub async fn remove_from_user_group(
    services: &Services,
    viewer: &Viewer,
    group: Option<UserGroupId>,
    users: &[UserId],
) -> Result<UserGroup, MutationError> {
    let group = find(services, viewer, group, "groupId").await?;
    user_groups::remove(&mut *services.pool.get().await?, group.id, users).await?;
    Ok(group)
}
