//! What each job does, one file a job.
//!
//! A task says `Ok` when its work is done or can never be done (having noted why in Postgres), and an error when it
//! is worth trying again.

mod ingest_asset;

use crate::Parts;
use schema::outbox::Job;

/// Runs a job.
pub async fn run(job: &Job, parts: &Parts) -> anyhow::Result<()> {
    match job {
        Job::IngestAsset { asset_id } => ingest_asset::run(parts, *asset_id).await,
    }
}
