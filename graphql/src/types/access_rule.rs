//! `AccessRule`.

use crate::{
    context,
    types::{enums::Right, link::LinkTarget, user::User, user_group::UserGroup},
};
use app::Error;
use async_graphql::{Context, ID, Object};
use domain::{Rights, node_id::NodeId};

/// Gives users rights on assets, in addition to those of their roles.
pub(crate) struct AccessRule(pub(crate) schema::access_rules::AccessRule);

#[Object]
impl AccessRule {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.node_id().into()
    }

    /// The user to whom the rule applies. If user and group are null, the rule applies to everyone in the workspace.
    async fn user(&self, ctx: &Context<'_>) -> Option<Result<User, Error>> {
        let user = context::loaders(ctx).user(self.0.user_id?).await.transpose()?;
        Some(user.map(User))
    }

    /// The group to whose members the rule applies.
    async fn group(&self, ctx: &Context<'_>) -> Option<Result<UserGroup, Error>> {
        let group = context::loaders(ctx).group(self.0.group_id?).await.transpose()?;
        Some(group.map(UserGroup))
    }

    /// What the rule gives rights on: an asset, or the members of a collection. Null: the whole workspace.
    async fn scope(&self, ctx: &Context<'_>) -> Option<Result<LinkTarget, Error>> {
        LinkTarget::load(ctx, self.0.asset_id, self.0.collection_id).await.transpose()
    }

    async fn rights(&self) -> Vec<Right> {
        Rights::from_bits(self.0.rights).list().into_iter().map(Into::into).collect()
    }
}
