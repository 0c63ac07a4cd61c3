//! Fewer members for a group.

use super::find::find;
use crate::{
    MutationError, Services, Viewer,
    security::{self, Subject},
};
use diesel_async::AsyncConnection;
use domain::{SecurityAction, UserGroupId, UserId, node_id::NodeId};
use schema::{
    user_groups::{self, UserGroup},
    users,
};

/// Takes users out of a group; links by them lose what the group gave at once. For administrators.
pub async fn remove_from_user_group(
    services: &Services,
    viewer: &Viewer,
    group: Option<UserGroupId>,
    ids: &[UserId],
) -> Result<UserGroup, MutationError> {
    let group = find(services, viewer, group, "groupId").await?;
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let found = users::by_ids(conn, viewer.workspace.id, ids).await?;
        user_groups::remove(conn, group.id, ids).await?;
        let subject = Subject { id: group.id.uuid(), name: Some(&group.name) };
        let changes =
            found.into_iter().filter_map(|user| security::change("member", Some(user.id.node_id()), None)).collect();
        security::record(conn, viewer, SecurityAction::GroupUpdated, subject, changes, services.now()).await?;
        Ok(group)
    })
    .await
}
