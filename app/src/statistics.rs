//! What visitors did with a link or an asset: in all, in the last month, and on each day of it.

use crate::{Error, Services, Viewer};
use domain::statistics::{MONTH, Period};
use schema::statistics::{self, Counted, Counts, DayCounts};
use std::collections::HashMap;

/// The statistics that a page shows.
pub struct Statistics {
    /// In all.
    pub total: Counts,
    /// In the days below.
    pub last_month: Counts,
    /// Each day of the last month, the earliest first.
    pub days: Vec<DayCounts>,
}

/// The statistics of something that the viewer sees.
pub async fn of(services: &Services, viewer: &Viewer, counted: Counted) -> Result<Statistics, Error> {
    let month = Period::until_today(MONTH, services.now(), viewer.workspace.zone());
    let mut conn = services.pool.get().await?;
    let total = statistics::sums(&mut conn, &[counted], None).await?;
    let days = statistics::days(&mut conn, &[counted], month).await?;
    let days: Vec<DayCounts> = days.into_iter().map(|(_, day)| day).collect();
    let sum = |of: fn(&Counts) -> i64| days.iter().map(|day| of(&day.counts)).sum();
    Ok(Statistics {
        total: total.first().map(|(_, counts)| *counts).unwrap_or_default(),
        last_month: Counts {
            views: sum(|counts| counts.views),
            visitors: sum(|counts| counts.visitors),
            downloads: sum(|counts| counts.downloads),
        },
        days: every_day(month, days),
    })
}

/// Each day of a period, with zeros where nothing was counted.
pub fn every_day(period: Period, counted: Vec<DayCounts>) -> Vec<DayCounts> {
    let counted: HashMap<_, _> = counted.into_iter().map(|day| (day.day, day.counts)).collect();
    let of_day = |day| DayCounts { day, counts: counted.get(&day).copied().unwrap_or_default() };
    period.days().map(of_day).collect()
}
