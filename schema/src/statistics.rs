//! Views, visitors and downloads: the counters of links and assets, and the same by day.
//!
//! A download is counted by one statement, and so are the views of many, so that the counters, the
//! limit of downloads and the days never disagree. If somebody waits for it
//! ([`watch`]), the statement also announces the count ([`crate::announcements`]).

use crate::statement::{Statement, statement};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, LinkId, WorkspaceId, statistics::Period};
use std::collections::HashSet;
use uuid::Uuid;

/// The day to which a view or a download belongs, and whose visitor it makes.
#[derive(Debug, Clone, Copy)]
pub struct DayOfVisit {
    /// The day in the workspace's time zone.
    pub day: NaiveDate,
    /// Whether the link has one more visitor.
    pub is_visitor_of_link: bool,
    /// Whether the asset has one more visitor.
    pub is_visitor_of_asset: bool,
}

/// What was viewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Viewed {
    /// The link.
    pub link: LinkId,
    /// The asset that was shown, if any.
    pub asset: Option<AssetId>,
    /// The day in the workspace's time zone; none for views that are in no statistics.
    pub day: Option<NaiveDate>,
}

/// How often it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewCount {
    /// How many views there were.
    pub views: i64,
    /// How many more visitors the link has on this day.
    pub visitors_of_link: i64,
    /// How many more visitors the asset has on this day.
    pub visitors_of_asset: i64,
    /// When the last view was.
    pub last_at: DateTime<Utc>,
}

impl ViewCount {
    /// Adds further views.
    pub fn add(&mut self, more: Self) {
        let Self { views, visitors_of_link, visitors_of_asset, last_at } = self;
        *views += more.views;
        *visitors_of_link += more.visitors_of_link;
        *visitors_of_asset += more.visitors_of_asset;
        *last_at = more.last_at.max(*last_at);
    }
}

/// Counts views, each for its link and its asset. What was deleted meanwhile is left out. Returns the links that somebody is
/// changing, whose views are not counted.
pub async fn count_views(conn: &mut AsyncPgConnection, counts: &[(Viewed, ViewCount)]) -> QueryResult<HashSet<LinkId>> {
    let viewed = || counts.iter().map(|(viewed, _)| viewed);
    let counts = || counts.iter().map(|(_, count)| count);
    // All links are locked before any of their assets, and each in order, so that no two such statements wait for each
    // other, nor one for a download, which locks its link first as well.
    let counted = statement(
        "WITH views AS MATERIALIZED (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
                AS view(link_id, asset_id, day, views, visitors_of_link, visitors_of_asset, at)
        ), found AS MATERIALIZED (
            SELECT array_agg(id) AS links
            FROM (SELECT id FROM links WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED) AS locked
        ), counted AS (
            UPDATE links SET view_count = links.view_count + sums.views,
                last_accessed_at = greatest(links.last_accessed_at, sums.at)
            FROM (
                SELECT link_id, sum(views)::bigint AS views, max(at) AS at FROM views
                WHERE link_id = ANY ((SELECT links FROM found)::uuid[]) GROUP BY link_id
            ) AS sums
            WHERE links.id = sums.link_id
            RETURNING links.id, links.watched_until > sums.at AS is_watched
        ), days_of_links AS (
            INSERT INTO link_days (link_id, day, views, visitors, downloads)
            SELECT link_id, day, sum(views), sum(visitors_of_link), 0 FROM views
            WHERE link_id = ANY ((SELECT links FROM found)::uuid[]) AND day IS NOT NULL GROUP BY link_id, day
            ON CONFLICT (link_id, day) DO UPDATE
            SET views = link_days.views + excluded.views, visitors = link_days.visitors + excluded.visitors
        ), assets AS (
            INSERT INTO asset_counters (asset_id, view_count, download_count, last_accessed_at)
            SELECT asset_id, sum(views), 0, max(at) FROM views JOIN all_assets ON all_assets.id = asset_id
            WHERE link_id = ANY ((SELECT links FROM found)::uuid[]) GROUP BY asset_id ORDER BY asset_id
            ON CONFLICT (asset_id) DO UPDATE
            SET view_count = asset_counters.view_count + excluded.view_count,
                last_accessed_at = greatest(asset_counters.last_accessed_at, excluded.last_accessed_at)
            RETURNING asset_id
        ), days_of_assets AS (
            INSERT INTO asset_days (asset_id, day, views, visitors, downloads)
            SELECT asset_id, day, sum(views), sum(visitors_of_asset), 0 FROM assets JOIN views USING (asset_id)
            WHERE link_id = ANY ((SELECT links FROM found)::uuid[]) AND day IS NOT NULL
            GROUP BY asset_id, day ORDER BY asset_id
            ON CONFLICT (asset_id, day) DO UPDATE
            SET views = asset_days.views + excluded.views, visitors = asset_days.visitors + excluded.visitors
        )
        SELECT id FROM links WHERE id = ANY ($1) AND NOT id = ANY (coalesce((SELECT links FROM found), '{}')::uuid[])
        UNION ALL
        SELECT id FROM counted WHERE is_watched AND pg_notify('link_activity', id::text)::text IS NULL",
    )
    .bind::<Array<SqlUuid>, _>(viewed().map(|viewed| viewed.link).collect::<Vec<_>>())
    .bind::<Array<Nullable<SqlUuid>>, _>(viewed().map(|viewed| viewed.asset).collect::<Vec<_>>())
    .bind::<Array<Nullable<Date>>, _>(viewed().map(|viewed| viewed.day).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(counts().map(|count| count.views).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(counts().map(|count| count.visitors_of_link).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(counts().map(|count| count.visitors_of_asset).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(counts().map(|count| count.last_at).collect::<Vec<_>>())
    .returning::<SqlUuid>();
    let locked: Vec<LinkId> = counted.load(conn).await?;
    Ok(locked.into_iter().collect())
}

/// Counts a download if the link's limit allows one more; `false` if it does not. One statement, so that concurrent
/// downloads never exceed the limit. Without an asset it is the download of an archive. Without a day it is in no
/// statistics.
pub async fn count_download(
    conn: &mut AsyncPgConnection,
    id: LinkId,
    asset: Option<AssetId>,
    now: DateTime<Utc>,
    day: Option<DayOfVisit>,
) -> QueryResult<bool> {
    let counted = statement(
        "WITH counted AS (
            UPDATE links SET download_count = download_count + 1, last_accessed_at = $3
            WHERE id = $1 AND (max_downloads IS NULL OR download_count < max_downloads)
            RETURNING id, watched_until > $3 AS is_watched
        ), day_of_link AS (
            INSERT INTO link_days (link_id, day, views, visitors, downloads)
            SELECT id, $4, 0, $5, 1 FROM counted WHERE $4 IS NOT NULL
            ON CONFLICT (link_id, day) DO UPDATE
            SET visitors = link_days.visitors + excluded.visitors, downloads = link_days.downloads + 1
        ), asset AS (
            INSERT INTO asset_counters (asset_id, view_count, download_count, last_accessed_at)
            SELECT $2, 0, 1, $3 FROM counted WHERE $2 IS NOT NULL
            ON CONFLICT (asset_id) DO UPDATE
            SET download_count = asset_counters.download_count + 1, last_accessed_at = excluded.last_accessed_at
            RETURNING asset_id
        ), day_of_asset AS (
            INSERT INTO asset_days (asset_id, day, views, visitors, downloads)
            SELECT asset_id, $4, 0, $6, 1 FROM asset WHERE $4 IS NOT NULL
            ON CONFLICT (asset_id, day) DO UPDATE
            SET visitors = asset_days.visitors + excluded.visitors, downloads = asset_days.downloads + 1
        )
        SELECT CASE WHEN is_watched THEN pg_notify('link_activity', id::text)::text END FROM counted",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Nullable<SqlUuid>, _>(asset)
    .bind::<Timestamptz, _>(now)
    .bind::<Nullable<Date>, _>(day.map(|day| day.day))
    .bind::<Integer, _>(i32::from(day.is_some_and(|day| day.is_visitor_of_link)))
    .bind::<Integer, _>(i32::from(day.is_some_and(|day| day.is_visitor_of_asset)))
    .execute(conn)
    .await?;
    Ok(counted == 1)
}

/// Has views and downloads of a link announced until an instant. What was counted before is seen by whoever loads the link
/// afterwards; what is counted later is announced, because the statement that counts waits for the row and reads it anew.
pub async fn watch(conn: &mut AsyncPgConnection, id: LinkId, until: DateTime<Utc>) -> QueryResult<()> {
    // `schema.rs` leaves this column out: see `generate` in `dev`.
    let watched = statement("UPDATE links SET watched_until = $2 WHERE id = $1").bind::<SqlUuid, _>(id);
    watched.bind::<Timestamptz, _>(until).execute(conn).await.map(drop)
}

/// Counts a download of each of these assets, whose files an archive contains. Without a day it is in no statistics.
pub async fn count_archived(
    conn: &mut AsyncPgConnection,
    assets: &[AssetId],
    now: DateTime<Utc>,
    day: Option<NaiveDate>,
) -> QueryResult<()> {
    // The order prevents deadlocks between two such statements, and so does that an asset's day follows its counter, as
    // it does above. An asset that was deleted meanwhile has neither.
    statement(
        "WITH counted AS (
            INSERT INTO asset_counters (asset_id, view_count, download_count, last_accessed_at)
            SELECT id, 0, 1, $2 FROM assets WHERE id = ANY ($1) ORDER BY id
            ON CONFLICT (asset_id) DO UPDATE
            SET download_count = asset_counters.download_count + 1, last_accessed_at = excluded.last_accessed_at
            RETURNING asset_id
        )
        INSERT INTO asset_days (asset_id, day, views, visitors, downloads)
        SELECT asset_id, $3, 0, 0, 1 FROM counted WHERE $3 IS NOT NULL
        ON CONFLICT (asset_id, day) DO UPDATE SET downloads = asset_days.downloads + 1",
    )
    .bind::<Array<SqlUuid>, _>(assets)
    .bind::<Timestamptz, _>(now)
    .bind::<Nullable<Date>, _>(day)
    .execute(conn)
    .await
    .map(drop)
}

/// What has statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Counted {
    /// A link.
    Link(LinkId),
    /// An asset, under all its links.
    Asset(AssetId),
}

/// Views, visitors and downloads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, QueryableByName)]
pub struct Counts {
    /// How often it was shown.
    #[diesel(sql_type = BigInt)]
    pub views: i64,
    /// By how many visitors, each counted once a day and link.
    #[diesel(sql_type = BigInt)]
    pub visitors: i64,
    /// How many downloads were counted.
    #[diesel(sql_type = BigInt)]
    pub downloads: i64,
}

/// Those of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct DayCounts {
    /// The day.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// What happened on it.
    #[diesel(embed)]
    pub counts: Counts,
}

/// A row for something that is counted.
#[derive(QueryableByName)]
struct Of<T> {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(embed)]
    value: T,
}

/// What was counted in a period, or ever. What was never counted has no row.
pub async fn sums(
    conn: &mut AsyncPgConnection,
    of: &[Counted],
    period: Option<Period>,
) -> QueryResult<Vec<(Counted, Counts)>> {
    let mut all = Vec::new();
    for (text, ids, counted) in [
        (
            "SELECT link_id AS id, sum(views) AS views, sum(visitors) AS visitors, sum(downloads) AS downloads
             FROM link_days WHERE link_id = ANY ($1) AND ($2 OR day BETWEEN $3 AND $4) GROUP BY link_id",
            link_ids(of),
            (|id| Counted::Link(LinkId::from_uuid(id))) as fn(Uuid) -> Counted,
        ),
        (
            "SELECT asset_id AS id, sum(views) AS views, sum(visitors) AS visitors, sum(downloads) AS downloads
             FROM asset_days WHERE asset_id = ANY ($1) AND ($2 OR day BETWEEN $3 AND $4) GROUP BY asset_id",
            asset_ids(of),
            |id| Counted::Asset(AssetId::from_uuid(id)),
        ),
    ] {
        if ids.is_empty() {
            continue;
        }
        let found = statement(text)
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<Bool, _>(period.is_none())
            .bind::<Nullable<Date>, _>(period.map(|period| period.first))
            .bind::<Nullable<Date>, _>(period.map(|period| period.last));
        let rows: Vec<Of<Counts>> = found.load(conn).await?;
        all.extend(rows.into_iter().map(|row| (counted(row.id), row.value)));
    }
    Ok(all)
}

/// The days of a period on which something was counted, the earliest first.
pub async fn days(
    conn: &mut AsyncPgConnection,
    of: &[Counted],
    period: Period,
) -> QueryResult<Vec<(Counted, DayCounts)>> {
    let mut all = Vec::new();
    for (text, ids, counted) in [
        (
            "SELECT link_id AS id, day, views::bigint, visitors::bigint, downloads::bigint
             FROM link_days WHERE link_id = ANY ($1) AND day BETWEEN $2 AND $3 ORDER BY link_id, day",
            link_ids(of),
            (|id| Counted::Link(LinkId::from_uuid(id))) as fn(Uuid) -> Counted,
        ),
        (
            "SELECT asset_id AS id, day, views::bigint, visitors::bigint, downloads::bigint
             FROM asset_days WHERE asset_id = ANY ($1) AND day BETWEEN $2 AND $3 ORDER BY asset_id, day",
            asset_ids(of),
            |id| Counted::Asset(AssetId::from_uuid(id)),
        ),
    ] {
        if ids.is_empty() {
            continue;
        }
        let found = statement(text).bind::<Array<SqlUuid>, _>(ids);
        let found = found.bind::<Date, _>(period.first).bind::<Date, _>(period.last);
        let rows: Vec<Of<DayCounts>> = found.load(conn).await?;
        all.extend(rows.into_iter().map(|row| (counted(row.id), row.value)));
    }
    Ok(all)
}

fn link_ids(of: &[Counted]) -> Vec<Uuid> {
    let id = |counted: &Counted| match counted {
        Counted::Link(id) => Some(id.uuid()),
        Counted::Asset(_) => None,
    };
    of.iter().filter_map(id).collect()
}

fn asset_ids(of: &[Counted]) -> Vec<Uuid> {
    let id = |counted: &Counted| match counted {
        Counted::Link(_) => None,
        Counted::Asset(id) => Some(id.uuid()),
    };
    of.iter().filter_map(id).collect()
}

/// How many days one statement adds up, so that none holds its locks for long.
const BATCH: i64 = 5_000;

#[derive(QueryableByName)]
struct Added {
    #[diesel(sql_type = BigInt)]
    days: i64,
}

/// Adds the days of a workspace's links and assets that lie before this one to the sums of all earlier days, and returns
/// how many there were.
pub async fn add_up_older(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    before: NaiveDate,
) -> QueryResult<usize> {
    // The links and assets are locked before their days, in the order in which they would be deleted.
    let of_links: fn() -> Statement = || {
        statement(
            "WITH old AS MATERIALIZED (
                SELECT link_id, day FROM link_days JOIN links ON links.id = link_id
                WHERE links.workspace_id = $1 AND day < $3 AND day > '-infinity'
                LIMIT $2 FOR KEY SHARE OF links SKIP LOCKED
            ), deleted AS (
                DELETE FROM link_days USING old
                WHERE link_days.link_id = old.link_id AND link_days.day = old.day
                RETURNING link_days.link_id, views, visitors, downloads
            ), added AS (
                INSERT INTO link_days (link_id, day, views, visitors, downloads)
                SELECT link_id, '-infinity', sum(views), sum(visitors), sum(downloads) FROM deleted GROUP BY link_id
                ON CONFLICT (link_id, day) DO UPDATE
                SET views = link_days.views + excluded.views, visitors = link_days.visitors + excluded.visitors,
                    downloads = link_days.downloads + excluded.downloads
            )
            SELECT count(*) AS days FROM deleted",
        )
    };
    let of_assets: fn() -> Statement = || {
        statement(
            "WITH old AS MATERIALIZED (
                SELECT asset_id, day FROM asset_days JOIN all_assets ON all_assets.id = asset_id
                WHERE all_assets.workspace_id = $1 AND day < $3 AND day > '-infinity'
                LIMIT $2 FOR KEY SHARE OF all_assets SKIP LOCKED
            ), deleted AS (
                DELETE FROM asset_days USING old
                WHERE asset_days.asset_id = old.asset_id AND asset_days.day = old.day
                RETURNING asset_days.asset_id, views, visitors, downloads
            ), added AS (
                INSERT INTO asset_days (asset_id, day, views, visitors, downloads)
                SELECT asset_id, '-infinity', sum(views), sum(visitors), sum(downloads) FROM deleted GROUP BY asset_id
                ON CONFLICT (asset_id, day) DO UPDATE
                SET views = asset_days.views + excluded.views, visitors = asset_days.visitors + excluded.visitors,
                    downloads = asset_days.downloads + excluded.downloads
            )
            SELECT count(*) AS days FROM deleted",
        )
    };
    let mut all = 0;
    for batch in [of_links, of_assets] {
        loop {
            let batch = batch().bind::<SqlUuid, _>(workspace).bind::<BigInt, _>(BATCH).bind::<Date, _>(before);
            let Added { days } = batch.get_result(conn).await?;
            all += usize::try_from(days).unwrap_or_default();
            if days == 0 {
                break;
            }
        }
    }
    Ok(all)
}
