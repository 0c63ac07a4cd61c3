//! `createUserGroup`, `deleteUserGroup`, `addToUserGroup` and `removeFromUserGroup`.

use super::payloads::UserGroupPayload;
use crate::{
    context,
    errors::{UserError, UserErrorCode},
    types::user_group::UserGroup,
};
use app::{Error, Viewer};
use async_graphql::{Context, ID, Object};
use domain::{name, node_id::NodeKind};
use schema::{user_groups, users};
use uuid::Uuid;

/// The most users put into a group by one call.
const MAX_USERS: usize = 1000;

#[derive(Default)]
pub(super) struct UserGroupMutations;

#[Object]
impl UserGroupMutations {
    /// Makes a group of users, which access rules can speak of. For administrators.
    async fn create_user_group(&self, ctx: &Context<'_>, name: String) -> Result<UserGroupPayload, Error> {
        let viewer = context::admin(ctx)?;
        let name = match name::parse(&name) {
            Ok(name) => name,
            Err(error) => return Ok(refused(UserErrorCode::InvalidName, "name", &error.to_string())),
        };
        let new = user_groups::UserGroup {
            id: Uuid::now_v7(),
            workspace_id: viewer.workspace.id,
            name,
            created_at: context::services(ctx).now(),
        };
        if !user_groups::insert(&mut *context::connection(ctx).await?, &new).await? {
            return Ok(refused(UserErrorCode::InvalidName, "name", "There is a group of this name already."));
        }
        Ok(UserGroupPayload::done(UserGroup(new)))
    }

    /// Removes a group and the access rules that speak of it. For administrators.
    async fn delete_user_group(&self, ctx: &Context<'_>, id: ID) -> Result<UserGroupPayload, Error> {
        let viewer = context::admin(ctx)?;
        let Some(group) = find(ctx, viewer, &id).await? else { return Ok(no_group("id")) };
        user_groups::delete(&mut *context::connection(ctx).await?, viewer.workspace.id, group.id).await?;
        Ok(UserGroupPayload { group: None, user_errors: Vec::new() })
    }

    /// Makes users members of a group. For administrators.
    async fn add_to_user_group(
        &self,
        ctx: &Context<'_>,
        group_id: ID,
        user_ids: Vec<ID>,
    ) -> Result<UserGroupPayload, Error> {
        let viewer = context::admin(ctx)?;
        let Some(group) = find(ctx, viewer, &group_id).await? else { return Ok(no_group("groupId")) };
        if user_ids.len() > MAX_USERS {
            let message = format!("At most {MAX_USERS} users are added at once.");
            return Ok(refused(UserErrorCode::InvalidInput, "userIds", &message));
        }
        let ids: Vec<Uuid> = user_ids.iter().map(|id| NodeKind::User.parse(id).unwrap_or(Uuid::nil())).collect();
        let mut conn = context::connection(ctx).await?;
        let found = users::by_ids(&mut conn, viewer.workspace.id, &ids).await?;
        let unknown = ids.iter().position(|id| !found.iter().any(|user| user.id == *id));
        if let Some(index) = unknown {
            let path = ["userIds", &index.to_string()];
            let refusal = UserError::new(UserErrorCode::NotFound, &path, "There is no such user.");
            return Ok(UserGroupPayload::refused(vec![refusal]));
        }
        user_groups::add(&mut conn, group.id, &ids).await?;
        Ok(UserGroupPayload::done(UserGroup(group)))
    }

    /// Takes users out of a group; links by them lose what the group gave at once. For administrators.
    async fn remove_from_user_group(
        &self,
        ctx: &Context<'_>,
        group_id: ID,
        user_ids: Vec<ID>,
    ) -> Result<UserGroupPayload, Error> {
        let viewer = context::admin(ctx)?;
        let Some(group) = find(ctx, viewer, &group_id).await? else { return Ok(no_group("groupId")) };
        let ids: Vec<Uuid> = user_ids.iter().filter_map(|id| NodeKind::User.parse(id)).collect();
        user_groups::remove(&mut *context::connection(ctx).await?, group.id, &ids).await?;
        Ok(UserGroupPayload::done(UserGroup(group)))
    }
}

async fn find(ctx: &Context<'_>, viewer: &Viewer, id: &ID) -> Result<Option<user_groups::UserGroup>, Error> {
    let Some(id) = NodeKind::UserGroup.parse(id) else { return Ok(None) };
    Ok(user_groups::by_ids(&mut *context::connection(ctx).await?, viewer.workspace.id, &[id]).await?.pop())
}

fn no_group(field: &str) -> UserGroupPayload {
    refused(UserErrorCode::NotFound, field, "There is no such group.")
}

fn refused(code: UserErrorCode, field: &str, message: &str) -> UserGroupPayload {
    UserGroupPayload::refused(vec![UserError::new(code, &[field], message)])
}
