//! `LinkEvent` and its connection.

use crate::{
    context,
    paging::CountCursor,
    types::{enums::LinkAction, user::User},
};
use app::Error;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject, connection::Connection};
use chrono::{DateTime, Utc};
use domain::node_id::NodeId;
use schema::link_events::{self, EventFilter, FieldChange};

/// Something that somebody did to a link.
pub(crate) struct LinkEvent(pub(crate) link_events::LinkEvent);

/// What happened to links, newest first.
pub(crate) type LinkEventConnection = Connection<CountCursor, LinkEvent, LinkEventTotal>;

/// What became of one setting. A password shows as `set` or `changed`.
#[derive(SimpleObject)]
struct LinkChange {
    /// The setting, as `LinkSettings` calls it. When a link is made, also its `kind`, and its `assetId` or
    /// `collectionId`.
    field: String,
    /// What it was; null: nothing.
    from: Option<String>,
    /// What it is now; null: nothing.
    to: Option<String>,
}

#[Object]
impl LinkEvent {
    /// The link, which may be gone.
    async fn link_id(&self) -> ID {
        self.0.link_id.node_id().into()
    }

    /// What the link was called.
    async fn link_name(&self) -> &str {
        &self.0.link_name
    }

    async fn action(&self) -> LinkAction {
        self.0.action.into()
    }

    /// Who did it; null where that user is gone, or where the link went by itself with its expired collection.
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
    /// Of this link, which may be gone.
    link_id: Option<ID>,
    /// By this user.
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

/// The field `totalCount`, which counts only when it is asked for.
pub(crate) struct LinkEventTotal {
    pub(crate) filter: EventFilter,
}

#[Object]
impl LinkEventTotal {
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32, Error> {
        let viewer = context::admin(ctx)?;
        let mut conn = context::connection(ctx).await?;
        let count = link_events::count(&mut conn, viewer.workspace.id, self.filter).await?;
        i32::try_from(count).map_err(Error::internal)
    }
}
