//! The statistics of a link or an asset, as a chart and as tables.
//!
//! The chart is an SVG that the server draws: it needs no script and no style of its own, stretches to the width of the
//! page, and is described in words. All of its numbers are in the table below it.

use crate::pages::PageError;
use app::{
    Services, Viewer,
    statistics::{self, Statistics},
};
use chrono::NaiveDate;
use schema::statistics::{Counted, Counts, DayCounts};

/// The width of a day, of which each of the two bars takes less than a half.
const DAY: usize = 10;
/// The height of the highest bar.
const HEIGHT: i64 = 100;
/// The height of the lowest bar that stands for anything.
const LOWEST: i64 = 2;

/// What a page shows.
pub(super) struct StatisticsView {
    /// Views, visitors and downloads of the last month and in all.
    pub(super) sums: [(&'static str, Counts); 2],
    /// Each day with its name, the latest first.
    pub(super) days: Vec<(String, Counts)>,
    pub(super) chart: Chart,
}

/// Two bars for each day: views and downloads.
pub(super) struct Chart {
    /// What it shows, in a sentence.
    pub(super) label: String,
    pub(super) width: usize,
    pub(super) height: i64,
    /// The earliest first.
    pub(super) days: Vec<ChartDay>,
    /// What the highest bar stands for.
    pub(super) highest: i64,
    pub(super) first: String,
    pub(super) last: String,
}

/// The bars of a day.
pub(super) struct ChartDay {
    /// What happened, for those who point at it.
    pub(super) title: String,
    /// Where the day begins.
    pub(super) x: usize,
    pub(super) views: i64,
    pub(super) downloads: i64,
}

impl StatisticsView {
    /// Loads the statistics of something that the viewer sees.
    pub(super) async fn load(services: &Services, viewer: &Viewer, of: Counted) -> Result<Self, PageError> {
        let Statistics { total, last_month, days } = statistics::of(services, viewer, of).await?;
        let chart = Chart::of(&days);
        let days = days.into_iter().rev().map(|DayCounts { day, counts }| (named(day), counts)).collect();
        Ok(Self { sums: [("Last 30 days", last_month), ("In all", total)], days, chart })
    }

    /// Whether there is nothing to show.
    pub(super) fn is_empty(&self) -> bool {
        self.sums.iter().all(|(_, counts)| *counts == Counts::default())
    }
}

impl Chart {
    fn of(days: &[DayCounts]) -> Self {
        let most = days.iter().max_by_key(|day| day.counts.views.max(day.counts.downloads));
        let highest = most.map_or(0, |day| day.counts.views.max(day.counts.downloads));
        let height = |count: i64| if count == 0 { 0 } else { (count * HEIGHT / highest).max(LOWEST) };
        let bars = days.iter().enumerate().map(|(place, day)| ChartDay {
            title: said(day),
            x: place * DAY,
            views: height(day.counts.views),
            downloads: height(day.counts.downloads),
        });
        let name = |day: Option<&DayCounts>| day.map(|day| named(day.day)).unwrap_or_default();
        let label = match most.filter(|_| highest > 0) {
            Some(day) => format!("Views and downloads on each of the last 30 days. Most on {}.", said(day)),
            None => "There were no views and downloads in the last 30 days.".to_owned(),
        };
        let (first, last) = (name(days.first()), name(days.last()));
        Self { label, width: days.len() * DAY, height: HEIGHT, days: bars.collect(), highest, first, last }
    }
}

/// `29 November 2026: 3 views, 1 download`.
fn said(day: &DayCounts) -> String {
    let Counts { views, visitors: _, downloads } = day.counts;
    let plural = |count: i64| if count == 1 { "" } else { "s" };
    format!("{}: {views} view{}, {downloads} download{}", named(day.day), plural(views), plural(downloads))
}

/// `29 November 2026`.
fn named(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_what_they_stand_for() {
        let day = |day: &str, views, downloads| DayCounts {
            day: day.parse().unwrap(),
            counts: Counts { views, visitors: 0, downloads },
        };
        let chart = Chart::of(&[day("2026-11-28", 1000, 1), day("2026-11-29", 500, 0)]);
        let bars: Vec<_> = chart.days.iter().map(|day| (day.x, day.views, day.downloads)).collect();
        assert_eq!(bars, [(0, 100, 2), (10, 50, 0)]);
        assert_eq!(
            (chart.highest, chart.width, &*chart.first, &*chart.last),
            (1000, 20, "28 November 2026", "29 November 2026")
        );
        assert!(chart.label.ends_with("Most on 28 November 2026: 1000 views, 1 download."), "{}", chart.label);
        let nothing = Chart::of(&[day("2026-11-29", 0, 0)]);
        assert_eq!((nothing.highest, nothing.days[0].views), (0, 0));
        assert!(nothing.label.contains("no views"), "{}", nothing.label);
    }
}
