//! How long workspaces keep what is written down, and deletes events that a workspace does not keep any more.

use crate::{schema::workspaces, statement::statement};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::WorkspaceId;

/// How many events one statement looks at, so that none holds its locks for long.
const BATCH: i64 = 5_000;

/// How long a workspace keeps its events and statistics, in days; none: for ever.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = workspaces, check_for_backend(diesel::pg::Pg))]
pub struct Retention {
    /// The workspace.
    pub id: WorkspaceId,
    /// The audit trail of links.
    pub audit_days: Option<i32>,
    /// The log of accounts and rights.
    pub security_event_days: Option<i32>,
    /// The days of statistics.
    pub statistics_days: Option<i32>,
    /// The time zone of the days.
    pub time_zone: String,
}

impl Retention {
    /// The time zone; UTC if this build does not know the stored name.
    pub fn zone(&self) -> chrono_tz::Tz {
        self.time_zone.parse().unwrap_or(chrono_tz::UTC)
    }
}

/// The workspaces that do not keep everything for ever.
pub async fn limited(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Retention>> {
    let events = workspaces::audit_days.is_not_null().or(workspaces::security_event_days.is_not_null());
    let is_limited = events.or(workspaces::statistics_days.is_not_null());
    workspaces::table.filter(is_limited).order(workspaces::id).select(Retention::as_select()).load(conn).await
}

/// A log of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// The audit trail of links.
    LinkEvents,
    /// The log of accounts and rights.
    SecurityEvents,
}

#[derive(QueryableByName)]
struct Looked {
    #[diesel(sql_type = BigInt)]
    deleted: i64,
}

/// Deletes the events of a workspace that happened before an instant, and returns how many. Ids are in the order of time, as
/// far as clocks are right: those with the lowest are looked at by the index of the listing, again and again until all of
/// them are kept.
pub async fn delete_older(
    conn: &mut AsyncPgConnection,
    log: Log,
    workspace: WorkspaceId,
    before: DateTime<Utc>,
) -> QueryResult<usize> {
    let text = match log {
        Log::LinkEvents => {
            "WITH oldest AS MATERIALIZED (
                SELECT id, created_at FROM link_events WHERE workspace_id = $1 ORDER BY id LIMIT $2
            ), deleted AS (
                DELETE FROM link_events USING oldest
                WHERE link_events.id = oldest.id AND oldest.created_at < $3 RETURNING link_events.id
            ) SELECT count(*) AS deleted FROM deleted"
        }
        Log::SecurityEvents => {
            "WITH oldest AS MATERIALIZED (
                SELECT id, created_at FROM security_events WHERE workspace_id = $1 ORDER BY id LIMIT $2
            ), deleted AS (
                DELETE FROM security_events USING oldest
                WHERE security_events.id = oldest.id AND oldest.created_at < $3 RETURNING security_events.id
            ) SELECT count(*) AS deleted FROM deleted"
        }
    };
    let mut all = 0;
    loop {
        let batch =
            statement(text).bind::<SqlUuid, _>(workspace).bind::<BigInt, _>(BATCH).bind::<Timestamptz, _>(before);
        let Looked { deleted } = batch.get_result(conn).await?;
        all += usize::try_from(deleted).unwrap_or_default();
        if deleted == 0 {
            return Ok(all);
        }
    }
}
