//! Runs the task of a job.

use super::{
    collect_garbage, expire_link, index_faces, ingest_asset, mail_password_link, outcome::Report, prune_logs,
    reconcile, reingest_asset, render_proxy, render_video, sweep_expired,
};
use crate::{JobContext, Queue};
use diesel_async::AsyncConnection;
use schema::{
    outbox::Job,
    periodic::{self, PeriodicJob},
};

/// Runs a job.
pub async fn run(job: &Job, context: &JobContext, queue: &Queue) -> anyhow::Result<()> {
    match job {
        Job::IngestAsset { asset_id } => ingest_asset::run(context, *asset_id).await,
        Job::RenderProxy { asset_id } => render_proxy::run(context, *asset_id, None).await,
        Job::RenderVideo { asset_id } => render_video::run(context, *asset_id).await,
        Job::ReingestAsset { asset_id } => reingest_asset::run(context, *asset_id).await,
        Job::IndexFaces { asset_id } => index_faces::run(context, *asset_id).await,
        Job::ExpireLink { link_id, at: _ } => expire_link::run(context, *link_id).await,
        Job::MailPasswordLink { password_link_id, user_id: _ } => {
            mail_password_link::run(context, *password_link_id).await
        }
        Job::SweepExpired => run_periodic(PeriodicJob::SweepExpired, context, queue).await,
        Job::CollectGarbage => run_periodic(PeriodicJob::CollectGarbage, context, queue).await,
        Job::Reconcile => run_periodic(PeriodicJob::Reconcile, context, queue).await,
        Job::PruneLogs => run_periodic(PeriodicJob::PruneLogs, context, queue).await,
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
            PeriodicJob::PruneLogs => prune_logs::run(context).await?,
        };
        Ok(Some(report))
    })
    .await
}
