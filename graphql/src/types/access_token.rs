//! `AccessToken`: what its owner may know of a token later on.

use async_graphql::{ID, Object};
use chrono::{DateTime, Utc};
use domain::node_id::NodeId;

/// A token that a user made for a program. The token itself was shown once.
pub(crate) struct AccessToken(pub(crate) schema::bearer_tokens::PersonalToken);

#[Object]
impl AccessToken {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.node_id().into()
    }

    async fn name(&self) -> &str {
        self.0.name.as_deref().unwrap_or_default()
    }

    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// Null: never.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.expires_at
    }
}
