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
            Self::IngestAsset { .. } => Lane::Pictures,
            Self::ExpireLink { .. } | Self::SweepExpired | Self::CollectGarbage | Self::Reconcile => Lane::Upkeep,
        }
    }

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
pub async fn push(conn: &mut AsyncPgConnection, job: &Job, priority: Priority) -> QueryResult<()> {
    let value = serde_json::to_value(job).map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    let row = (outbox::job.eq(value), outbox::priority.eq(priority as i16));
    diesel::insert_into(outbox::table).values(row).execute(conn).await.map(drop)
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
        .map(|asset_id| {
            let job = serde_json::to_value(Job::IngestAsset { asset_id })?;
            Ok((outbox::job.eq(job), outbox::priority.eq(Priority::Shared as i16)))
        })
        .collect();
    let jobs = jobs.map_err(|error: serde_json::Error| diesel::result::Error::SerializationError(error.into()))?;
    for jobs in jobs.chunks(10_000) {
        diesel::insert_into(outbox::table).values(jobs).execute(conn).await?;
    }
    Ok(())
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
