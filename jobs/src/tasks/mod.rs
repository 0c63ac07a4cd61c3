//! The tasks of the jobs, one file for each job.
//!
//! A task returns `Ok` when its work is done, or when it has noted in Postgres why the work can never be done. It
//! returns an error when another attempt may help, and [`Abort`] when it would not.

mod collect_garbage;
mod expire_link;
mod ingest_asset;
mod reconcile;
mod render_proxy;
mod render_video;
mod sweep_expired;
mod wanted;
mod watermark_cache;

pub use watermark_cache::WatermarkCache;

use crate::{JobContext, Queue};
use diesel_async::AsyncConnection;
use schema::{
    outbox::Job,
    periodic::{self, PeriodicJob},
};

/// Why another attempt would not help. The job is dead at once, and administrators read the reason.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Abort(pub String);

/// What a periodic job did: names and counts.
pub type Report = Vec<(&'static str, usize)>;

/// Runs a job.
pub async fn run(job: &Job, context: &JobContext, queue: &Queue) -> anyhow::Result<()> {
    match job {
        Job::IngestAsset { asset_id } => ingest_asset::run(context, *asset_id).await,
        Job::RenderProxy { asset_id } => render_proxy::run(context, *asset_id).await,
        Job::RenderVideo { asset_id } => render_video::run(context, *asset_id).await,
        Job::ExpireLink { link_id, at: _ } => expire_link::run(context, *link_id).await,
        Job::SweepExpired => run_periodic(PeriodicJob::SweepExpired, context, queue).await,
        Job::CollectGarbage => run_periodic(PeriodicJob::CollectGarbage, context, queue).await,
        Job::Reconcile => run_periodic(PeriodicJob::Reconcile, context, queue).await,
    }
}

async fn run_periodic(job: PeriodicJob, context: &JobContext, queue: &Queue) -> anyhow::Result<()> {
    // Without a report, another process is doing the work.
    if let Some(report) = run_exclusively(job, context, Some(queue)).await? {
        tracing::info!(job = job.name(), ?report, "done");
    }
    Ok(())
}

/// Runs a periodic job unless another process is running it: then there is no report. Only [`PeriodicJob::Reconcile`]
/// needs the queue.
pub async fn run_exclusively(
    job: PeriodicJob,
    context: &JobContext,
    queue: Option<&Queue>,
) -> anyhow::Result<Option<Report>> {
    let mut conn = context.pool.get().await?;
    conn.transaction(async |conn| {
        if !periodic::try_lock(conn, job).await? {
            return Ok(None);
        }
        let report = match job {
            PeriodicJob::SweepExpired => sweep_expired::run(context).await?,
            PeriodicJob::CollectGarbage => collect_garbage::run(context).await?,
            PeriodicJob::Reconcile => {
                let queue = queue.ok_or_else(|| anyhow::anyhow!("{} needs the queue", job.name()))?;
                reconcile::run(context, queue).await?
            }
        };
        Ok(Some(report))
    })
    .await
}
