//! `LinkEvent` and its connection.

use crate::{
    context,
    paging::CountCursor,
    types::{enums::LinkAction, total::Total, user::User},
};
use app::Error;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject, connection::Connection};
use chrono::{DateTime, Utc};
use domain::node_id::NodeId;
use schema::link_events::{self, EventFilter, FieldChange};

/// An event in the audit trail of links.
pub(crate) struct LinkEvent(pub(crate) link_events::LinkEvent);

/// Events of links, newest first.
pub(crate) type LinkEventConnection = Connection<CountCursor, LinkEvent, Total>;

/// The change of one setting. A password is shown as `set` or `changed`.
#[derive(SimpleObject)]
struct LinkChange {
    /// The name of the setting in `LinkSettings`. The creation of a link also lists its `kind`, and its `assetId` or
    /// `collectionId`.
    field: String,
    /// The old value; null: no value.
    from: Option<String>,
    /// The new value; null: no value.
    to: Option<String>,
}

#[Object]
impl LinkEvent {
    /// The id of the link, which may be deleted.
    async fn link_id(&self) -> ID {
        self.0.link_id.node_id().into()
    }

    /// The name of the link at that time.
    async fn link_name(&self) -> &str {
        &self.0.link_name
    }

    async fn action(&self) -> LinkAction {
        self.0.action.into()
    }

    /// The user who did it; a deleted user has a pseudonym. Null if the link was deleted automatically, with its expired
    /// collection or with its asset in the bin.
    async fn actor(&self, ctx: &Context<'_>) -> Option<Result<User, Error>> {
        let user = context::loaders(ctx).user(self.0.actor_id?).await.transpose()?;
        Some(user.map(User))
    }

    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    async fn changes(&self) -> Result<Vec<LinkChange>, Error> {
        let changes: Vec<FieldChange> = serde_json::from_value(self.0.changes.clone()).map_err(Error::internal)?;
        Ok(changes.into_iter().map(|FieldChange { field, from, to }| LinkChange { field, from, to }).collect())
    }
}

/// Which events to list; all conditions hold at once.
#[derive(InputObject, Default)]
pub(crate) struct LinkEventFilter {
    /// Only events of this link, which may be deleted.
    link_id: Option<ID>,
    /// Only events by this user.
    actor_id: Option<ID>,
    action: Option<LinkAction>,
}

impl LinkEventFilter {
    pub(crate) fn parse(filter: Option<Self>) -> Result<EventFilter, Error> {
        let filter = filter.unwrap_or_default();
        Ok(EventFilter {
            link: crate::node_id::parse_optional(filter.link_id)?,
            actor: crate::node_id::parse_optional(filter.actor_id)?,
            action: filter.action.map(Into::into),
        })
    }
}
