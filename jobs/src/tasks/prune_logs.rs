//! Deletes the events that their workspaces do not keep any more, and adds up the statistics of the days that they do not.

use super::outcome::Report;
use crate::JobContext;
use domain::{retention::kept_since, statistics::day};
use schema::{
    retention::{self, Log, Retention},
    statistics,
};

pub(super) async fn run(context: &JobContext) -> anyhow::Result<Report> {
    let now = context.clock.now();
    let mut conn = context.pool.get().await?;
    let (mut audit, mut security, mut added_up) = (0, 0, 0);
    for workspace in retention::limited(&mut conn).await? {
        let zone = workspace.zone();
        let Retention { id, audit_days, security_event_days, statistics_days, time_zone: _ } = workspace;
        if let Some(days) = audit_days {
            audit += retention::delete_older(&mut conn, Log::LinkEvents, id, kept_since(days, now)).await?;
        }
        if let Some(days) = security_event_days {
            security += retention::delete_older(&mut conn, Log::SecurityEvents, id, kept_since(days, now)).await?;
        }
        if let Some(days) = statistics_days {
            added_up += statistics::add_up_older(&mut conn, id, day(kept_since(days, now), zone)).await?;
        }
    }
    Ok(vec![("link_events", audit), ("security_events", security), ("days_of_statistics", added_up)])
}
