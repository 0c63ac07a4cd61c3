//! `AccessRule`.

use crate::{
    context,
    types::{enums::Right, link::LinkTarget, user::User, user_group::UserGroup},
};
use app::Error;
use async_graphql::{Context, ID, Object};
use domain::{Rights, node_id::NodeId};

/// Subject × scope → rights, on top of what the role gives.
pub(crate) struct AccessRule(pub(crate) schema::access_rules::AccessRule);

#[Object]
impl AccessRule {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.node_id().into()
    }

    /// Whom it speaks of. Null, with a null group: everyone in the workspace.
    async fn user(&self, ctx: &Context<'_>) -> Option<Result<User, Error>> {
        let user = context::loaders(ctx).user(self.0.user_id?).await.transpose()?;
        Some(user.map(User))
    }

    /// Speaks of the members of this group.
    async fn group(&self, ctx: &Context<'_>) -> Option<Result<UserGroup, Error>> {
        let group = context::loaders(ctx).group(self.0.group_id?).await.transpose()?;
        Some(group.map(UserGroup))
    }

    /// What it gives rights on: an asset, or the members of a collection. Null: the whole workspace.
    async fn scope(&self, ctx: &Context<'_>) -> Option<Result<LinkTarget, Error>> {
        LinkTarget::load(ctx, self.0.asset_id, self.0.collection_id).await.transpose()
    }

    async fn rights(&self) -> Vec<Right> {
        Rights::from_bits(self.0.rights).list().into_iter().map(Into::into).collect()
    }
}
