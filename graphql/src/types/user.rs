//! `User`.

use crate::{node_id::NodeKind, types::enums::Role};
use async_graphql::{ID, Object};

/// A person of the workspace.
pub(crate) struct User(pub(crate) schema::users::User);

#[Object]
impl User {
    pub(crate) async fn id(&self) -> ID {
        NodeKind::User.id(self.0.id)
    }

    async fn email(&self) -> &str {
        &self.0.email
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    async fn role(&self) -> Role {
        self.0.role.into()
    }
}
