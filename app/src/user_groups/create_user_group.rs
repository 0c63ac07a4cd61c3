//! A new group.

use crate::{
    MutationError, Services, UserError, UserErrorCode, Viewer,
    security::{self, Subject},
};
use diesel_async::AsyncConnection;
use domain::{SecurityAction, UserGroupId, name};
use schema::user_groups::{self, UserGroup};

/// Makes a group of users, to which access rules can refer. For administrators.
pub async fn create_user_group(services: &Services, viewer: &Viewer, name: &str) -> Result<UserGroup, MutationError> {
    viewer.require_admin()?;
    let new = UserGroup {
        id: UserGroupId::new(),
        workspace_id: viewer.workspace.id,
        name: name::parse(name).map_err(|error| UserError::invalid_name("name", error))?,
        created_at: services.now(),
    };
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        if !user_groups::insert(conn, &new).await? {
            let message = "There is a group of this name already.";
            return Err(MutationError::user(UserErrorCode::InvalidName, &["name"], message));
        }
        let subject = Subject { id: new.id.uuid(), name: Some(&new.name) };
        security::record(conn, viewer, SecurityAction::GroupCreated, subject, Vec::new(), new.created_at).await?;
        Ok(new)
    })
    .await
}
