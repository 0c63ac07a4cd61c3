//! `SecurityEvent` and its connection.

use crate::{
    context,
    paging::CountCursor,
    types::{enums::SecurityAction, total::Total, user::User},
};
use app::Error;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject, connection::Connection};
use chrono::{DateTime, Utc};
use domain::node_id;
use schema::{
    link_events::FieldChange,
    security_events::{self, SecurityEventFilter},
};

/// An event in the log of accounts and rights, and of what was deleted.
pub(crate) struct SecurityEvent(pub(crate) security_events::SecurityEvent);

/// Security events, newest first.
pub(crate) type SecurityEventConnection = Connection<CountCursor, SecurityEvent, Total>;

/// The change of one value. Secrets are never shown.
#[derive(SimpleObject)]
struct SecurityChange {
    field: String,
    /// The old value; null: no value.
    from: Option<String>,
    /// The new value; null: no value.
    to: Option<String>,
}

#[Object]
impl SecurityEvent {
    async fn action(&self) -> SecurityAction {
        self.0.action.into()
    }

    /// The user who did it. Null for whoever did not sign in. A deleted user has a pseudonym.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<User, Error>> {
        let user = context::loaders(ctx).user(self.0.actor_id?).await.transpose()?;
        Some(user.map(User))
    }

    /// The UUID of the user, group, access rule, token or asset that it is about, which may be deleted.
    async fn subject_id(&self) -> Option<String> {
        self.0.subject_id.map(|id| id.to_string())
    }

    /// The name of what it is about at that time.
    async fn subject_name(&self) -> Option<&str> {
        self.0.subject_name.as_deref()
    }

    /// The IP address of the client, for sign-ins.
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    async fn changes(&self) -> Result<Vec<SecurityChange>, Error> {
        let changes: Vec<FieldChange> = serde_json::from_value(self.0.changes.clone()).map_err(Error::internal)?;
        Ok(changes.into_iter().map(|FieldChange { field, from, to }| SecurityChange { field, from, to }).collect())
    }
}

/// Which events to list; all conditions hold at once.
#[derive(InputObject, Default)]
pub(crate) struct SecurityEventsFilter {
    /// Only events by this user.
    actor_id: Option<ID>,
    /// Only events about this user, group, access rule, token or asset, which may be deleted: its id, or a `subjectId`.
    subject_id: Option<ID>,
    action: Option<SecurityAction>,
}

impl SecurityEventsFilter {
    pub(crate) fn parse(filter: Option<Self>) -> Result<SecurityEventFilter, Error> {
        let filter = filter.unwrap_or_default();
        let subject = |id: ID| {
            let known = node_id::parse(&id).map(|(_, id)| id).or_else(|| id.parse().ok());
            known.ok_or_else(|| Error::BadInput("`subjectId` is not an id.".to_owned()))
        };
        Ok(SecurityEventFilter {
            actor: crate::node_id::parse_optional(filter.actor_id)?,
            subject: filter.subject_id.map(subject).transpose()?,
            action: filter.action.map(Into::into),
        })
    }
}
