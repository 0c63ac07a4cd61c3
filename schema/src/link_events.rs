//! The audit trail: who did what to which link, when, and from which value to which.

use crate::{
    count::{self, Count, EXACT_UP_TO},
    page::Slice,
    schema::link_events,
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*, sql_types::BigInt};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{LinkAction, LinkId, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// The most events of one statement: each has seven parameters, and a statement has at most 65,535.
const CHUNK: usize = 5000;

/// The change of one setting. Secrets are never stored here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The setting's name in the API.
    pub field: String,
    /// The old value; none: no value.
    pub from: Option<String>,
    /// The new value; none: no value.
    pub to: Option<String>,
}

/// A new event.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = link_events, treat_none_as_default_value = false)]
pub struct NewLinkEvent {
    /// The workspace of the link.
    pub workspace_id: WorkspaceId,
    /// The link; it may be deleted later.
    pub link_id: LinkId,
    /// The name of the link at that time.
    pub link_name: String,
    /// The user who did it; none for a link that was deleted with its expired collection, or with an asset
    /// whose time in the bin was over.
    pub actor_id: Option<UserId>,
    /// What was done.
    #[diesel(serialize_as = String)]
    pub action: LinkAction,
    /// A list of [`FieldChange`].
    pub changes: serde_json::Value,
    /// When.
    pub created_at: DateTime<Utc>,
}

impl NewLinkEvent {
    /// Whether any setting has changed.
    pub fn has_changes(&self) -> bool {
        self.changes.as_array().is_some_and(|changes| !changes.is_empty())
    }
}

/// A stored event.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = link_events, check_for_backend(Pg))]
pub struct LinkEvent {
    /// Identity; sorts by time.
    pub id: i64,
    /// The link; it may be deleted.
    pub link_id: LinkId,
    /// The name of the link at that time.
    pub link_name: String,
    /// The user who did it, if the user still exists.
    pub actor_id: Option<UserId>,
    /// What was done.
    #[diesel(deserialize_as = String)]
    pub action: LinkAction,
    /// A list of [`FieldChange`].
    pub changes: serde_json::Value,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Inserts events. Only the functions that write links call this, so that no link changes without its event.
pub(crate) async fn insert(conn: &mut AsyncPgConnection, mut events: Vec<NewLinkEvent>) -> QueryResult<()> {
    while !events.is_empty() {
        let rest = events.split_off(events.len().min(CHUNK));
        // The statement of one, which is usual, is prepared once; that of several at each call.
        match <[NewLinkEvent; 1]>::try_from(events) {
            Ok([event]) => diesel::insert_into(link_events::table).values(event).execute(conn).await?,
            Err(events) => diesel::insert_into(link_events::table).values(events).execute(conn).await?,
        };
        events = rest;
    }
    Ok(())
}

/// The filter of a listing of events; all conditions hold at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventFilter {
    /// Of this link.
    pub link: Option<LinkId>,
    /// By this user.
    pub actor: Option<UserId>,
    /// With this action.
    pub action: Option<LinkAction>,
}

fn matching(workspace: WorkspaceId, filter: EventFilter) -> link_events::BoxedQuery<'static, Pg> {
    let mut query = link_events::table.filter(link_events::workspace_id.eq(workspace)).into_boxed();
    if let Some(link) = filter.link {
        query = query.filter(link_events::link_id.eq(link));
    }
    if let Some(actor) = filter.actor {
        query = query.filter(link_events::actor_id.eq(actor));
    }
    if let Some(action) = filter.action {
        query = query.filter(link_events::action.eq(action.as_str()));
    }
    query
}

/// A page of the events of a workspace, newest first.
pub async fn list(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    filter: EventFilter,
    limit: i64,
    after: Option<i64>,
) -> QueryResult<Slice<LinkEvent>> {
    let mut query = matching(workspace, filter).order(link_events::id.desc()).limit(limit + 1);
    if let Some(after) = after {
        query = query.filter(link_events::id.lt(after));
    }
    let rows = query.select(LinkEvent::as_select()).load(conn).await?;
    Ok(Slice::forward(rows, limit, after.is_some()))
}

/// How many events there are.
pub async fn count(conn: &mut AsyncPgConnection, workspace: WorkspaceId, filter: EventFilter) -> QueryResult<Count> {
    count::count(conn, EXACT_UP_TO, || count_query(workspace, filter)).await
}

/// The statement whose rows [`count()`] counts.
pub fn count_query(workspace: WorkspaceId, filter: EventFilter) -> link_events::BoxedQuery<'static, Pg, BigInt> {
    matching(workspace, filter).select(link_events::id)
}
