//! The outbox: work that a transaction made necessary, committed with it.
//!
//! The relay moves rows to the queue. What a job does is one file in `jobs/src/tasks/`; what it is, is a variant
//! here. A job carries ids only and loads the rest when it runs.

use crate::{pool, schema::outbox};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Integer, Jsonb, SmallInt, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::Preset;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The Postgres channel on which new rows are announced.
const CHANNEL: &str = "outbox";

/// Something to be done later.
///
/// Versions that run side by side read each other's jobs: the fields of a variant never change; what needs others is a
/// new variant.
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
    /// The names of all that this version knows.
    const NAMES: [&str; 7] = [
        "ingest_asset",
        "render_proxy",
        "render_video",
        "expire_link",
        "sweep_expired",
        "collect_garbage",
        "reconcile",
    ];

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

/// A connection that hears of every new row from now on.
pub async fn listen(database_url: &str) -> ConnectionResult<AsyncPgConnection> {
    pool::listen(database_url, CHANNEL).await
}

/// Adds a job to the transaction that makes it necessary.
pub async fn push(conn: &mut AsyncPgConnection, job: &Job, priority: Priority) -> QueryResult<()> {
    let value = serde_json::to_value(job).map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    let row = (outbox::job.eq(value), outbox::priority.eq(priority as i16));
    diesel::insert_into(outbox::table).values(row).execute(conn).await.map(drop)
}

/// Which proxies are still to be made of some assets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Plain ones that are pending.
    Plain,
    /// Watermarked ones that are pending.
    Watermarked,
}

/// Asks for the proxies that some assets lack, as far as they are wanted, and returns how many jobs that makes. One
/// statement, however many there are.
pub(crate) async fn push_missing(
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

/// How far a walk through what is missing has come: the last asset, and which of its jobs.
pub type Place = (Uuid, i32);

/// Up to `limit` jobs beyond the place `after` for what Postgres says is missing, and where to go on: proxies that are
/// pending or carry an old watermark, and recordings that nobody has looked into. An old watermark stays on what is not
/// `made` any more.
pub async fn missing(
    conn: &mut AsyncPgConnection,
    made: &[Preset],
    after: Option<Place>,
    limit: i64,
) -> QueryResult<(Vec<Job>, Option<Place>)> {
    let (asset, which) = after.unwrap_or((Uuid::nil(), -1));
    let made: Vec<&str> = made.iter().map(|preset| preset.as_str()).collect();
    let rows: Vec<MissingRow> = diesel::sql_query(
        "SELECT asset_id, which FROM (
            SELECT asset_id, (preset LIKE 'video-%')::integer AS which FROM proxies
            WHERE state = 'PENDING' AND asset_id >= $1
            UNION
            SELECT proxies.asset_id, (proxies.preset LIKE 'video-%')::integer FROM proxies
            JOIN assets ON assets.id = proxies.asset_id JOIN workspaces ON workspaces.id = assets.workspace_id
            WHERE proxies.watermarked AND proxies.state = 'READY' AND proxies.preset = ANY ($3)
            AND proxies.watermark_version < workspaces.watermark_version AND proxies.asset_id >= $1
            UNION
            SELECT asset_id, 2 FROM unexamined_recordings WHERE asset_id >= $1
        ) AS missing WHERE (asset_id, which) > ($1, $2) ORDER BY asset_id, which LIMIT $4",
    )
    .bind::<SqlUuid, _>(asset)
    .bind::<Integer, _>(which)
    .bind::<Array<Text>, _>(made)
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    let last = rows.last().map(|row| (row.asset_id, row.which));
    let job = |MissingRow { asset_id, which }| match which {
        0 => Job::RenderProxy { asset_id },
        1 => Job::RenderVideo { asset_id },
        _ => Job::IngestAsset { asset_id },
    };
    Ok((rows.into_iter().map(job).collect(), last))
}

#[derive(QueryableByName)]
struct MissingRow {
    #[diesel(sql_type = SqlUuid)]
    asset_id: Uuid,
    #[diesel(sql_type = Integer)]
    which: i32,
}

#[derive(QueryableByName)]
struct TakenRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Jsonb)]
    job: serde_json::Value,
    #[diesel(sql_type = SmallInt)]
    priority: i16,
}

/// Takes up to `limit` jobs that no other relay is taking; they are gone when the transaction commits. A job that this
/// version does not know stays for the one that does, and is not even locked: two versions run side by side while one
/// replaces the other.
pub async fn take(conn: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<(Job, Priority)>> {
    let rows: Vec<TakenRow> = diesel::sql_query(
        "SELECT id, job, priority FROM outbox WHERE job ->> 'job' = ANY ($1)
        ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED",
    )
    .bind::<Array<Text>, _>(Job::NAMES.as_slice())
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    let known = rows.into_iter().filter_map(|TakenRow { id, job, priority }| {
        Some((id, (serde_json::from_value(job).ok()?, Priority::from_number(priority))))
    });
    let (ids, jobs): (Vec<i64>, Vec<(Job, Priority)>) = known.unzip();
    diesel::delete(outbox::table.filter(outbox::id.eq_any(ids))).execute(conn).await?;
    Ok(jobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_of_all_jobs() {
        // Serde tells all that it knows.
        let error = serde_json::from_str::<Job>(r#"{"job": ""}"#).unwrap_err().to_string();
        let known: Vec<&str> = error.split('`').skip(3).step_by(2).collect();
        assert_eq!(known, Job::NAMES, "{error}");
        let job = Job::RenderProxy { asset_id: Uuid::nil() };
        assert_eq!(serde_json::to_value(&job).unwrap()["job"], job.name());
    }
}
