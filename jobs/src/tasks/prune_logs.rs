//! Deletes the events that their workspaces do not keep any more.

use super::outcome::Report;
use crate::JobContext;
use domain::retention::kept_since;
use schema::retention::{self, Log, Retention};

pub(super) async fn run(context: &JobContext) -> anyhow::Result<Report> {
    let now = context.clock.now();
    let mut conn = context.pool.get().await?;
    let (mut audit, mut security) = (0, 0);
    for Retention { id, audit_days, security_event_days } in retention::limited(&mut conn).await? {
        if let Some(days) = audit_days {
            audit += retention::delete_older(&mut conn, Log::LinkEvents, id, kept_since(days, now)).await?;
        }
        if let Some(days) = security_event_days {
            security += retention::delete_older(&mut conn, Log::SecurityEvents, id, kept_since(days, now)).await?;
        }
    }
    Ok(vec![("link_events", audit), ("security_events", security)])
}
