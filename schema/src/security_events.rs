//! The log of security events: what happened to accounts and rights, and what was deleted, by whom, and from where.

use crate::{
    count::{self, Count, EXACT_UP_TO},
    page::Slice,
    schema::security_events,
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{dsl::exists, pg::Pg, prelude::*, select, sql_types::BigInt};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{SecurityAction, UserId, WorkspaceId};
use uuid::Uuid;

/// The most events of one statement: each has eight parameters, and a statement has at most 65,535.
const CHUNK: usize = 5000;

/// A new event.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = security_events)]
pub struct NewSecurityEvent {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// What happened.
    #[diesel(serialize_as = String)]
    pub action: SecurityAction,
    /// The user who did it; none for whoever did not sign in.
    pub actor_id: Option<UserId>,
    /// The user, group, rule, token or asset that it is about.
    pub subject_id: Option<Uuid>,
    /// Its name at that time.
    pub subject_name: Option<String>,
    /// The address of the client, where it is known.
    pub address: Option<String>,
    /// A list of [`crate::link_events::FieldChange`], without secrets.
    pub changes: serde_json::Value,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// A stored event.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = security_events, check_for_backend(Pg))]
pub struct SecurityEvent {
    /// Identity; sorts by time.
    pub id: i64,
    /// What happened.
    #[diesel(deserialize_as = String)]
    pub action: SecurityAction,
    /// The user who did it, if the user still exists.
    pub actor_id: Option<UserId>,
    /// The user, group, rule, token or asset that it is about.
    pub subject_id: Option<Uuid>,
    /// Its name at that time.
    pub subject_name: Option<String>,
    /// The address of the client, where it is known.
    pub address: Option<String>,
    /// A list of [`crate::link_events::FieldChange`].
    pub changes: serde_json::Value,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Inserts events.
pub async fn insert(conn: &mut AsyncPgConnection, mut events: Vec<NewSecurityEvent>) -> QueryResult<()> {
    while !events.is_empty() {
        let rest = events.split_off(events.len().min(CHUNK));
        diesel::insert_into(security_events::table).values(events).execute(conn).await?;
        events = rest;
    }
    Ok(())
}

/// Whether something happened to somebody within this time before `now`.
pub async fn happened_lately(
    conn: &mut AsyncPgConnection,
    (action, subject): (SecurityAction, UserId),
    now: DateTime<Utc>,
    within: TimeDelta,
) -> QueryResult<bool> {
    let such = security_events::table
        .filter(security_events::subject_id.eq(subject.uuid()))
        .filter(security_events::action.eq(action.as_str()))
        .filter(security_events::created_at.gt(now - within));
    select(exists(such)).get_result(conn).await
}

/// The filter of a listing of events; all conditions hold at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct SecurityEventFilter {
    /// By this user.
    pub actor: Option<UserId>,
    /// About this user, group, rule, token or asset.
    pub subject: Option<Uuid>,
    /// With this action.
    pub action: Option<SecurityAction>,
}

fn matching(workspace: WorkspaceId, filter: SecurityEventFilter) -> security_events::BoxedQuery<'static, Pg> {
    let mut query = security_events::table.filter(security_events::workspace_id.eq(workspace)).into_boxed();
    if let Some(actor) = filter.actor {
        query = query.filter(security_events::actor_id.eq(actor));
    }
    if let Some(subject) = filter.subject {
        query = query.filter(security_events::subject_id.eq(subject));
    }
    if let Some(action) = filter.action {
        query = query.filter(security_events::action.eq(action.as_str()));
    }
    query
}

/// A page of the events of a workspace, newest first.
pub async fn list(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    filter: SecurityEventFilter,
    limit: i64,
    after: Option<i64>,
) -> QueryResult<Slice<SecurityEvent>> {
    let mut query = matching(workspace, filter).order(security_events::id.desc()).limit(limit + 1);
    if let Some(after) = after {
        query = query.filter(security_events::id.lt(after));
    }
    let rows = query.select(SecurityEvent::as_select()).load(conn).await?;
    Ok(Slice::forward(rows, limit, after.is_some()))
}

/// How many events there are.
pub async fn count(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    filter: SecurityEventFilter,
) -> QueryResult<Count> {
    count::count(conn, EXACT_UP_TO, || count_query(workspace, filter)).await
}

/// The statement whose rows [`count()`] counts.
pub fn count_query(
    workspace: WorkspaceId,
    filter: SecurityEventFilter,
) -> security_events::BoxedQuery<'static, Pg, BigInt> {
    matching(workspace, filter).select(security_events::id)
}
