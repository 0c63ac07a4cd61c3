//! `UserGroup`.

use crate::{context, types::user::User};
use app::Error;
use async_graphql::{Context, ID, Object};
use domain::node_id::NodeId;
use schema::user_groups;

/// A group of users, to which access rules can apply.
pub(crate) struct UserGroup(pub(crate) user_groups::UserGroup);

#[Object]
impl UserGroup {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.node_id().into()
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The members, sorted by name.
    async fn members(&self, ctx: &Context<'_>) -> Result<Vec<User>, Error> {
        let rows = context::loaders(ctx).group_members(self.0.id).await?;
        Ok(rows.into_iter().map(User::from).collect())
    }
}
