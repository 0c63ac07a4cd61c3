//! Queues the work that Postgres says is missing, so that losing all of Redis loses no work.
//!
//! The walk covers everything that is missing, because jobs that are already queued or dead must not hide lost ones.

use super::outcome::Report;
use crate::{JobContext, Queue};
use domain::Preset;
use schema::outbox::{self, Priority};

/// How many missing jobs are read in one statement.
const BATCH: i64 = 1_000;

pub(super) async fn run(context: &JobContext, queue: &Queue) -> anyhow::Result<Report> {
    let mut conn = context.pool.get().await?;
    let mut made = Preset::ALL.to_vec();
    made.retain(|preset| context.presets.size(*preset).is_some());
    let (mut queued, mut after) = (0, None);
    loop {
        let (missing, last) = outbox::missing(&mut conn, &made, context.face_models.version(), after, BATCH).await?;
        let Some(last) = last else { return Ok(vec![("queued", queued)]) };
        let jobs: Vec<_> = missing.into_iter().map(|job| (job, Priority::Background)).collect();
        queued += queue.push_all(&jobs).await?;
        after = Some(last);
    }
}
