//! `Session`: a sign-in that goes on.

use crate::context;
use app::Error;
use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use domain::node_id::NodeId;

/// A sign-in of a user that has not ended. It is renewed while it is used, and ends a month after the sign-in at the latest.
pub(crate) struct Session(pub(crate) schema::bearer_tokens::IssuedToken);

#[Object]
impl Session {
    async fn id(&self) -> ID {
        self.0.id.node_id().into()
    }

    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last used, to within five minutes. Null if that was before this was written down.
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

    /// When it ends, unless it is used before.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.expires_at
    }

    /// Whether it is the one of this request.
    async fn is_current(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        Ok(context::viewer(ctx)?.token == self.0.id)
    }
}
