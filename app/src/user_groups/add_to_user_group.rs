//! More members for a group.

use super::find::find;
use crate::{
    MutationError, Services, UserErrorCode, Viewer,
    security::{self, Subject},
};
use diesel_async::AsyncConnection;
use domain::{SecurityAction, UserGroupId, UserId, node_id::NodeId};
use schema::{
    user_groups::{self, UserGroup},
    users,
};

/// The most users put into a group by one call.
const MAX_USERS: usize = 1000;

/// Makes users members of a group: all of them or none. For administrators.
pub async fn add_to_user_group(
    services: &Services,
    viewer: &Viewer,
    group: Option<UserGroupId>,
    user_ids: &[Option<UserId>],
) -> Result<UserGroup, MutationError> {
    let group = find(services, viewer, group, "groupId").await?;
    if user_ids.len() > MAX_USERS {
        let message = format!("At most {MAX_USERS} users are added at once.");
        return Err(MutationError::user(UserErrorCode::InvalidInput, &["userIds"], message));
    }
    let ids: Vec<UserId> = user_ids.iter().flatten().copied().collect();
    let mut conn = services.pool.get().await?;
    let found = users::existing(&mut conn, viewer.workspace.id, &ids).await?;
    let exists = |id: &Option<UserId>| id.is_some_and(|id| found.iter().any(|user| user.id == id));
    if let Some(index) = user_ids.iter().position(|id| !exists(id)) {
        let path = ["userIds", &index.to_string()];
        return Err(MutationError::user(UserErrorCode::NotFound, &path, "There is no such user."));
    }
    let added: Vec<_> = found.iter().map(|user| security::change("member", None, Some(user.id.node_id()))).collect();
    conn.transaction(async |conn| {
        user_groups::add(conn, group.id, &ids).await?;
        let subject = Subject { id: group.id.uuid(), name: Some(&group.name) };
        let changes = added.into_iter().flatten().collect();
        security::record(conn, viewer, SecurityAction::GroupUpdated, subject, changes, services.now()).await?;
        Ok(group)
    })
    .await
}
