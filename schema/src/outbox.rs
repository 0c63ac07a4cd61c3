//! The outbox: work that a transaction made necessary, committed with it.
//!
//! The relay moves rows to the queue. What a job does is one file in `jobs/src/tasks/`; what it is, is a variant
//! here. A job carries ids only and loads the rest when it runs.

use crate::schema::{outbox, proxies};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The Postgres channel on which new rows are announced.
pub const CHANNEL: &str = "outbox";

/// Something to be done later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    /// Look into a new original and make its proxies.
    IngestAsset {
        /// Which.
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

impl Job {
    /// What it does.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::IngestAsset { .. } => "ingest_asset",
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
            Self::IngestAsset { asset_id } => format!("{name}:{asset_id}"),
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
pub async fn push(conn: &mut AsyncPgConnection, job: &Job) -> QueryResult<()> {
    let value = serde_json::to_value(job).map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    diesel::insert_into(outbox::table).values(outbox::job.eq(value)).execute(conn).await.map(drop)
}

/// Asks again for the proxies of those among `assets` whose proxies are still to be made: somebody is about to look.
pub async fn push_pending(conn: &mut AsyncPgConnection, assets: &[Uuid]) -> QueryResult<()> {
    let pending = proxies::table
        .filter(proxies::asset_id.eq_any(assets).and(proxies::state.eq("PENDING")))
        .select(proxies::asset_id)
        .distinct();
    let jobs: Result<Vec<_>, _> = pending
        .load::<Uuid>(conn)
        .await?
        .into_iter()
        .map(|asset_id| serde_json::to_value(Job::IngestAsset { asset_id }).map(|job| outbox::job.eq(job)))
        .collect();
    let jobs = jobs.map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    for jobs in jobs.chunks(10_000) {
        diesel::insert_into(outbox::table).values(jobs).execute(conn).await?;
    }
    Ok(())
}

/// Takes up to `limit` jobs that no other relay is taking; they are gone when the transaction commits. A job that this
/// version does not know stays for the one that does: two versions run side by side while one replaces the other.
pub async fn take(conn: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<Job>> {
    let rows: Vec<(i64, serde_json::Value)> = outbox::table
        .order(outbox::id)
        .limit(limit)
        .select((outbox::id, outbox::job))
        .for_update()
        .skip_locked()
        .load(conn)
        .await?;
    let known = rows.into_iter().filter_map(|(id, job)| Some((id, serde_json::from_value(job).ok()?)));
    let (ids, jobs): (Vec<i64>, Vec<Job>) = known.unzip();
    diesel::delete(outbox::table.filter(outbox::id.eq_any(ids))).execute(conn).await?;
    Ok(jobs)
}
