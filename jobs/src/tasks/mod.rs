//! What each job does, one file a job.
//!
//! A task says `Ok` when its work is done or can never be done (having noted why in Postgres), and an error when it
//! is worth trying again, or [`Abort`] where it is not.

mod collect_garbage;
mod expire_link;
mod ingest_asset;
mod marks;
mod reconcile;
mod render_proxy;
mod render_video;
mod sweep_expired;
mod wanted;

pub use marks::Marks;

use crate::{Parts, Queue};
use chrono::TimeDelta;
use diesel_async::AsyncConnection;
use schema::{outbox::Job, periodic};

/// Why trying again would not help. The job is given up on at once; people read the reason.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Abort(pub String);

/// What a job came to: what was counted, and how much of it.
pub type Report = Vec<(&'static str, usize)>;

/// A job that takes no argument and runs again and again.
pub struct Upkeep {
    /// Which.
    pub job: Job,
    /// How often it runs by itself.
    pub every: TimeDelta,
    /// What it does, for people.
    pub about: &'static str,
}

/// All of them.
pub const UPKEEP: [Upkeep; 3] = [
    Upkeep {
        job: Job::SweepExpired,
        every: TimeDelta::minutes(10),
        about: "clean up after links, sessions and calls that are over",
    },
    Upkeep { job: Job::CollectGarbage, every: TimeDelta::hours(6), about: "delete blobs that nothing needs" },
    Upkeep { job: Job::Reconcile, every: TimeDelta::minutes(1), about: "queue what Postgres says is missing" },
];

/// Runs a job.
pub async fn run(job: &Job, parts: &Parts, queue: &Queue) -> anyhow::Result<()> {
    match job {
        Job::IngestAsset { asset_id } => ingest_asset::run(parts, *asset_id).await,
        Job::RenderProxy { asset_id } => render_proxy::run(parts, *asset_id).await,
        Job::RenderVideo { asset_id } => render_video::run(parts, *asset_id).await,
        Job::ExpireLink { link_id, .. } => expire_link::run(parts, *link_id).await,
        Job::SweepExpired | Job::CollectGarbage | Job::Reconcile => {
            // Somebody else who is at it does the work.
            if let Some(report) = alone(job, parts, Some(queue)).await? {
                tracing::info!(job = job.name(), ?report, "done");
            }
            Ok(())
        }
    }
}

/// Runs one of [`UPKEEP`] unless another process is running it: then there is no report. `queue` is what
/// [`Job::Reconcile`] needs.
pub async fn alone(job: &Job, parts: &Parts, queue: Option<&Queue>) -> anyhow::Result<Option<Report>> {
    let mut conn = parts.pool.get().await?;
    conn.transaction(async |conn| {
        if !periodic::try_lock(conn, job.name()).await? {
            return Ok(None);
        }
        let report = match (job, queue) {
            (Job::SweepExpired, _) => sweep_expired::run(parts).await?,
            (Job::CollectGarbage, _) => collect_garbage::run(parts).await?,
            (Job::Reconcile, Some(queue)) => reconcile::run(parts, queue).await?,
            _ => anyhow::bail!("{} cannot be run like this", job.name()),
        };
        Ok(Some(report))
    })
    .await
}
