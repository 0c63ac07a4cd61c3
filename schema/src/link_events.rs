//! The audit trail: who did what to which link, when, and from which value to which.

use crate::{page::Slice, schema::link_events};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{LinkAction, LinkId, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// The most events that one statement takes: each has seven parameters, and Postgres counts them in 16 bits.
const CHUNK: usize = 5000;

/// What became of one setting. Secrets have no value here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The setting, as the API calls it.
    pub field: String,
    /// What it was; none: nothing.
    pub from: Option<String>,
    /// What it is now; none: nothing.
    pub to: Option<String>,
}

/// An event to write down.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = link_events)]
pub struct NewLinkEvent {
    /// Where the link belongs.
    pub workspace_id: WorkspaceId,
    /// The link, which may be gone later.
    pub link_id: LinkId,
    /// What it was called.
    pub link_name: String,
    /// Who did it.
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
    /// Whether a setting got another value.
    pub fn has_changes(&self) -> bool {
        self.changes.as_array().is_some_and(|changes| !changes.is_empty())
    }
}

/// An event that happened.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = link_events, check_for_backend(Pg))]
pub struct LinkEvent {
    /// Identity; sorts by time.
    pub id: i64,
    /// The link, which may be gone.
    pub link_id: LinkId,
    /// What it was called.
    pub link_name: String,
    /// Who did it, where that user still exists.
    pub actor_id: Option<UserId>,
    /// What was done.
    #[diesel(deserialize_as = String)]
    pub action: LinkAction,
    /// A list of [`FieldChange`].
    pub changes: serde_json::Value,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Writes down what happened. Only for whoever writes the links themselves, so that no link changes without its event.
pub(crate) async fn insert(conn: &mut AsyncPgConnection, mut events: Vec<NewLinkEvent>) -> QueryResult<()> {
    while !events.is_empty() {
        let rest = events.split_off(events.len().min(CHUNK));
        diesel::insert_into(link_events::table).values(events).execute(conn).await?;
        events = rest;
    }
    Ok(())
}

/// Which events a listing is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventFilter {
    /// Of this link.
    pub link: Option<LinkId>,
    /// By this user.
    pub actor: Option<UserId>,
    /// Of this sort.
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

/// The events of a workspace after one, newest first.
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
pub async fn count(conn: &mut AsyncPgConnection, workspace: WorkspaceId, filter: EventFilter) -> QueryResult<i64> {
    matching(workspace, filter).count().get_result(conn).await
}
