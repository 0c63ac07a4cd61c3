//! The outbox: work that a transaction made necessary, committed with it.
//!
//! The relay moves rows to the queue. What a job does is one file in `jobs/src/tasks/`; what it is, is a variant
//! here. A job carries ids only and loads the rest when it runs.

use crate::schema::outbox;
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bool, Jsonb, SmallInt, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The Postgres channel on which new rows are announced.
pub const CHANNEL: &str = "outbox";

/// Something to be done later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    /// Look into a new original and make its pictures.
    IngestAsset {
        /// Which.
        asset_id: Uuid,
    },
    /// Make the pictures of an asset that are wanted and not there, or carry an old watermark.
    RenderProxy {
        /// Of which asset.
        asset_id: Uuid,
    },
    /// The same for its videos.
    RenderVideo {
        /// Of which asset.
        asset_id: Uuid,
    },
    /// Clean up after a link at the instant of its expiry.
    ExpireLink {
        /// Which.
        link_id: Uuid,
        /// When it expires.
        at: DateTime<Utc>,
    },
    /// Clean up after all that has expired.
    SweepExpired,
    /// Delete blobs that nothing needs.
    CollectGarbage,
    /// Queue what Postgres says is missing.
    Reconcile,
}

/// How urgent a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Somebody is waiting for it.
    Visitor = 0,
    /// It was just shared: somebody will come.
    Shared = 1,
    /// All else.
    Background = 2,
}

impl Priority {
    fn from_number(number: i16) -> Self {
        match number {
            0 => Self::Visitor,
            1 => Self::Shared,
            _ => Self::Background,
        }
    }
}

/// Which workers run a job: what takes long never holds up what is quick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Statements only.
    Upkeep,
    /// Still pictures.
    Pictures,
    /// Videos.
    Videos,
}

impl Lane {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Upkeep, Self::Pictures, Self::Videos];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Upkeep => "upkeep",
            Self::Pictures => "pictures",
            Self::Videos => "videos",
        }
    }
}

impl Job {
    /// Which workers run it.
    pub const fn lane(&self) -> Lane {
        match self {
            Self::IngestAsset { .. } | Self::RenderProxy { .. } => Lane::Pictures,
            Self::RenderVideo { .. } => Lane::Videos,
            Self::ExpireLink { .. } | Self::SweepExpired | Self::CollectGarbage | Self::Reconcile => Lane::Upkeep,
        }
    }

    /// What it does.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::IngestAsset { .. } => "ingest_asset",
            Self::RenderProxy { .. } => "render_proxy",
            Self::RenderVideo { .. } => "render_video",
            Self::ExpireLink { .. } => "expire_link",
            Self::SweepExpired => "sweep_expired",
            Self::CollectGarbage => "collect_garbage",
            Self::Reconcile => "reconcile",
        }
    }

    /// Two jobs with the same key are the same work: one of them is enough.
    pub fn key(&self) -> String {
        let name = self.name();
        match self {
            Self::IngestAsset { asset_id } | Self::RenderProxy { asset_id } | Self::RenderVideo { asset_id } => {
                format!("{name}:{asset_id}")
            }
            Self::ExpireLink { link_id, at } => format!("{name}:{link_id}:{}", at.timestamp_millis()),
            Self::SweepExpired | Self::CollectGarbage | Self::Reconcile => name.to_owned(),
        }
    }

    /// When it is to run, if not at once.
    pub const fn not_before(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::ExpireLink { at, .. } => Some(*at),
            _ => None,
        }
    }
}

/// Adds a job to the transaction that makes it necessary.
pub async fn push(conn: &mut AsyncPgConnection, job: &Job, priority: Priority) -> QueryResult<()> {
    let value = serde_json::to_value(job).map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    let row = (outbox::job.eq(value), outbox::priority.eq(priority as i16));
    diesel::insert_into(outbox::table).values(row).execute(conn).await.map(drop)
}

/// Which proxies are still to be made of some assets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Plain ones that are pending.
    Plain,
    /// Watermarked ones that are pending.
    Watermarked,
}

/// Asks for the proxies that some assets lack, as far as they are wanted, and returns how many jobs that makes. One
/// statement, however many there are.
pub async fn push_missing(
    conn: &mut AsyncPgConnection,
    assets: &[Uuid],
    missing: Missing,
    priority: Priority,
) -> QueryResult<usize> {
    let which = match missing {
        Missing::Plain => "state = 'PENDING' AND NOT watermarked",
        Missing::Watermarked => "state = 'PENDING' AND watermarked",
    };
    push_renders(conn, &format!("asset_id = ANY ($3) AND {which}"), assets, priority).await
}

/// Asks for all that is outdated when a workspace gets another watermark.
pub async fn push_outdated(conn: &mut AsyncPgConnection, workspace: Uuid) -> QueryResult<()> {
    let assets = "watermarked AND asset_id IN (SELECT id FROM assets WHERE workspace_id = ANY ($3))";
    push_renders(conn, assets, &[workspace], Priority::Background).await.map(drop)
}

async fn push_renders(
    conn: &mut AsyncPgConnection,
    proxies: &str,
    ids: &[Uuid],
    priority: Priority,
) -> QueryResult<usize> {
    let template =
        |job: Job| serde_json::to_value(job).map_err(|error| diesel::result::Error::SerializationError(error.into()));
    let asset_id = Uuid::nil();
    diesel::sql_query(format!(
        "INSERT INTO outbox (job, priority)
        SELECT DISTINCT CASE WHEN preset LIKE 'video-%' THEN $1 ELSE $2 END || jsonb_build_object('asset_id', asset_id), $4
        FROM proxies WHERE {proxies}"
    ))
    .bind::<Jsonb, _>(template(Job::RenderVideo { asset_id })?)
    .bind::<Jsonb, _>(template(Job::RenderProxy { asset_id })?)
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<SmallInt, _>(priority as i16)
    .execute(conn)
    .await
}

/// Up to `limit` jobs for proxies that Postgres says are missing or carry an old watermark.
pub async fn missing(conn: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<Job>> {
    let rows: Vec<MissingRow> = diesel::sql_query(
        "SELECT DISTINCT asset_id, preset LIKE 'video-%' AS video FROM (
            SELECT asset_id, preset FROM proxies WHERE state = 'PENDING'
            UNION ALL
            SELECT proxies.asset_id, proxies.preset FROM proxies
            JOIN assets ON assets.id = proxies.asset_id JOIN workspaces ON workspaces.id = assets.workspace_id
            WHERE proxies.watermarked AND proxies.state = 'READY'
            AND proxies.watermark_version < workspaces.watermark_version
        ) AS missing LIMIT $1",
    )
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    let job = |MissingRow { asset_id, video }| {
        if video { Job::RenderVideo { asset_id } } else { Job::RenderProxy { asset_id } }
    };
    Ok(rows.into_iter().map(job).collect())
}

#[derive(QueryableByName)]
struct MissingRow {
    #[diesel(sql_type = SqlUuid)]
    asset_id: Uuid,
    #[diesel(sql_type = Bool)]
    video: bool,
}

/// Takes up to `limit` jobs that no other relay is taking; they are gone when the transaction commits. A job that this
/// version does not know stays for the one that does: two versions run side by side while one replaces the other.
pub async fn take(conn: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<(Job, Priority)>> {
    let rows: Vec<(i64, serde_json::Value, i16)> = outbox::table
        .order(outbox::id)
        .limit(limit)
        .select((outbox::id, outbox::job, outbox::priority))
        .for_update()
        .skip_locked()
        .load(conn)
        .await?;
    let known = rows.into_iter().filter_map(|(id, job, priority)| {
        Some((id, (serde_json::from_value(job).ok()?, Priority::from_number(priority))))
    });
    let (ids, jobs): (Vec<i64>, Vec<(Job, Priority)>) = known.unzip();
    diesel::delete(outbox::table.filter(outbox::id.eq_any(ids))).execute(conn).await?;
    Ok(jobs)
}
