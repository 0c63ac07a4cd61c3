//! The end of a group.

use super::find::find;
use crate::{
    MutationError, Services, Viewer,
    security::{self, Subject},
};
use diesel_async::AsyncConnection;
use domain::{SecurityAction, UserGroupId};
use schema::user_groups::{self, UserGroup};

/// Removes a group and the access rules that refer to it. For administrators. Returns the group.
pub async fn delete_user_group(
    services: &Services,
    viewer: &Viewer,
    id: Option<UserGroupId>,
) -> Result<UserGroup, MutationError> {
    let group = find(services, viewer, id, "id").await?;
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        if user_groups::delete(conn, viewer.workspace.id, group.id).await? {
            let subject = Subject { id: group.id.uuid(), name: Some(&group.name) };
            let now = services.now();
            security::record(conn, viewer, SecurityAction::GroupDeleted, subject, Vec::new(), now).await?;
        }
        Ok(group)
    })
    .await
}
