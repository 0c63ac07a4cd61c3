//! `AccessToken`: what the owner of a token sees after its creation.

use crate::types::enums::TokenScope;
use async_graphql::{ID, Object};
use chrono::{DateTime, Utc};
use domain::node_id::NodeId;

/// A token that a user created for a program. The token itself was shown once, when it was created.
pub(crate) struct AccessToken(pub(crate) schema::bearer_tokens::IssuedToken);

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

    /// When it was last used, to within five minutes. Null if it never was.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_used_at
    }

    /// The IP address from which it was last used.
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// What the program that used it last calls itself: its `User-Agent`.
    async fn program(&self) -> Option<&str> {
        self.0.program.as_deref()
    }

    /// What it may be used for.
    async fn scopes(&self) -> Vec<TokenScope> {
        self.0.scopes().list().into_iter().map(TokenScope::from).collect()
    }

    /// When it ends.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.expires_at
    }
}
