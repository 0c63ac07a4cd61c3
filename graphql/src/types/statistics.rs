//! `Statistics`: what visitors did with a link or an asset.

use crate::context;
use app::{Error, statistics::every_day};
use async_graphql::{Context, Object, SimpleObject};
use domain::statistics::{MAX_DAYS, MONTH, Period};
use schema::statistics::{Counted, Counts, DayCounts};

/// The statistics of a link or an asset.
pub(crate) struct Statistics(pub(crate) Counted);

/// Views, visitors and downloads in a period.
#[derive(SimpleObject)]
pub(crate) struct StatisticsCounts {
    /// How often a page was opened.
    views: i32,
    /// The sum of the visitors of each day.
    visitors: i32,
    /// A zip is one download of its link, and one of each asset in it.
    downloads: i32,
}

impl From<Counts> for StatisticsCounts {
    fn from(Counts { views, visitors, downloads }: Counts) -> Self {
        let [views, visitors, downloads] =
            [views, visitors, downloads].map(|count| i32::try_from(count).unwrap_or(i32::MAX));
        Self { views, visitors, downloads }
    }
}

/// Views, visitors and downloads on a day.
#[derive(SimpleObject)]
pub(crate) struct StatisticsDay {
    /// The day in the workspace's time zone, as in `2030-12-31`.
    date: String,
    views: i32,
    visitors: i32,
    downloads: i32,
}

impl From<DayCounts> for StatisticsDay {
    fn from(DayCounts { day, counts }: DayCounts) -> Self {
        let StatisticsCounts { views, visitors, downloads } = counts.into();
        Self { date: day.to_string(), views, visitors, downloads }
    }
}

/// How often a link or an asset was shown and downloaded, by day. Days are those of the workspace's time zone.
///
/// Visitors are counted without telling one from another: no address is stored, and the marker that their browser keeps
/// for a day and link is the same for everybody. A visitor of a public link is who opens one of its pages, and a visitor
/// of a download link is who downloads, each once a day and link; a browser that keeps no cookies is another visitor each
/// time, and so is each visit by `sharedLink` that does not pass on its `grant`. A visitor of several days or links is
/// counted for each of them. Another password makes no other visitor, another URL does.
///
/// Whoever asks not to be tracked (`DNT: 1`, `Sec-GPC: 1`) and programs that look for a preview are not in the statistics,
/// and neither is what happened before there were any. `viewCount` and `downloadCount` count those who ask not to be
/// tracked, too, because limits hang on them.
#[Object]
impl Statistics {
    /// All that was counted, also on days that are not kept any more.
    async fn total(&self, ctx: &Context<'_>) -> Result<StatisticsCounts, Error> {
        Ok(context::loaders(ctx).counts(self.0, None).await?.into())
    }

    /// The last 30 days, of which the last is today.
    async fn last_month(&self, ctx: &Context<'_>) -> Result<StatisticsCounts, Error> {
        let month = period(ctx, MONTH)?;
        Ok(context::loaders(ctx).counts(self.0, Some(month)).await?.into())
    }

    /// The last days, the earliest first and today last; those without anything, too.
    async fn days(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many days: 1 to 366, by default 30.", default_with = "Some(30)")] last: Option<i32>,
    ) -> Result<Vec<StatisticsDay>, Error> {
        let days = last.map_or(Ok(MONTH), u32::try_from).ok().filter(|days| (1..=MAX_DAYS).contains(days));
        let days = days.ok_or_else(|| Error::BadInput(format!("Ask for 1 to {MAX_DAYS} days with last.")))?;
        let period = period(ctx, days)?;
        let counted = context::loaders(ctx).days(self.0, period).await?;
        Ok(every_day(period, counted).into_iter().map(Into::into).collect())
    }
}

fn period(ctx: &Context<'_>, days: u32) -> Result<Period, Error> {
    let zone = context::viewer(ctx)?.workspace.zone();
    Ok(Period::until_today(days, context::services(ctx).now(), zone))
}
