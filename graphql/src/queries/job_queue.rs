//! `jobQueue`.

use crate::{context, types::job_queue::JobQueue};
use app::Error;
use async_graphql::{Context, Object};

#[derive(Default)]
pub(super) struct JobQueueQuery;

#[Object]
impl JobQueueQuery {
    /// The queue of background jobs. For administrators.
    async fn job_queue(&self, ctx: &Context<'_>) -> Result<JobQueue, Error> {
        context::admin(ctx)?;
        Ok(JobQueue)
    }
}
