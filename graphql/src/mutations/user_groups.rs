//! `createUserGroup`, `deleteUserGroup`, `addToUserGroup` and `removeFromUserGroup`.

use super::payloads::{UserGroupPayload, deleted_ids};
use crate::{
    context,
    types::{
        user_error::{UserError, outcome},
        user_group::UserGroup,
    },
};
use app::{Error, user_groups};
use async_graphql::{Context, ID, Object, SimpleObject};
use domain::{UserGroupId, UserId, node_id::NodeId};

#[derive(Default)]
pub(super) struct UserGroupMutations;

/// The group that is gone, or why none is.
#[derive(SimpleObject)]
struct DeleteUserGroupPayload {
    /// The group as it was, without its members.
    group: Option<UserGroup>,
    deleted_ids: Vec<ID>,
    user_errors: Vec<UserError>,
}

#[Object]
impl UserGroupMutations {
    /// Makes a group of users, to which access rules can refer. For administrators.
    async fn create_user_group(&self, ctx: &Context<'_>, name: String) -> Result<UserGroupPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        UserGroupPayload::of(user_groups::create_user_group(services, viewer, &name).await.map(UserGroup))
    }

    /// Removes a group and the access rules that refer to it. For administrators.
    async fn delete_user_group(&self, ctx: &Context<'_>, id: ID) -> Result<DeleteUserGroupPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let deleted = user_groups::delete_user_group(services, viewer, UserGroupId::from_node_id(&id)).await;
        let (deleted, user_errors) = outcome(deleted)?;
        let deleted_ids = deleted_ids(deleted.iter().map(|group| group.id));
        Ok(DeleteUserGroupPayload { group: deleted.map(UserGroup), deleted_ids, user_errors })
    }

    /// Makes users members of a group. For administrators.
    async fn add_to_user_group(
        &self,
        ctx: &Context<'_>,
        group_id: ID,
        user_ids: Vec<ID>,
    ) -> Result<UserGroupPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let (group, users) = (UserGroupId::from_node_id(&group_id), parse(&user_ids));
        UserGroupPayload::of(user_groups::add_to_user_group(services, viewer, group, &users).await.map(UserGroup))
    }

    /// Takes users out of a group; links by them lose what the group gave at once. For administrators.
    async fn remove_from_user_group(
        &self,
        ctx: &Context<'_>,
        group_id: ID,
        user_ids: Vec<ID>,
    ) -> Result<UserGroupPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let group = UserGroupId::from_node_id(&group_id);
        let users: Vec<UserId> = parse(&user_ids).into_iter().flatten().collect();
        UserGroupPayload::of(user_groups::remove_from_user_group(services, viewer, group, &users).await.map(UserGroup))
    }
}

fn parse(ids: &[ID]) -> Vec<Option<UserId>> {
    ids.iter().map(|id| UserId::from_node_id(id)).collect()
}
