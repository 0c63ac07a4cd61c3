//! `retryJobs` and `discardJobs`: retry or discard dead jobs.

use crate::{
    context,
    count::saturating,
    types::user_error::{UserError, outcome},
};
use app::{
    Error,
    dead_jobs::{self, DeadJobAction},
};
use async_graphql::{Context, ID, Object, SimpleObject};

#[derive(Default)]
pub(super) struct DeadJobMutations;

/// How many jobs are queued again, and which were not found.
#[derive(SimpleObject)]
struct RetryJobsPayload {
    retried: i32,
    user_errors: Vec<UserError>,
}

/// How many jobs are gone, and which were not found.
#[derive(SimpleObject)]
struct DiscardJobsPayload {
    discarded: i32,
    user_errors: Vec<UserError>,
}

#[Object]
impl DeadJobMutations {
    /// Queues dead jobs again, with all their attempts; without ids, all but those of other workspaces. For
    /// administrators.
    async fn retry_jobs(&self, ctx: &Context<'_>, ids: Option<Vec<ID>>) -> Result<RetryJobsPayload, Error> {
        let (retried, user_errors) = change(ctx, DeadJobAction::Retry, ids).await?;
        Ok(RetryJobsPayload { retried, user_errors })
    }

    /// Removes dead jobs; without ids, all but those of other workspaces. Work that is still missing is found and
    /// queued again later. For administrators.
    async fn discard_jobs(&self, ctx: &Context<'_>, ids: Option<Vec<ID>>) -> Result<DiscardJobsPayload, Error> {
        let (discarded, user_errors) = change(ctx, DeadJobAction::Discard, ids).await?;
        Ok(DiscardJobsPayload { discarded, user_errors })
    }
}

async fn change(
    ctx: &Context<'_>,
    action: DeadJobAction,
    ids: Option<Vec<ID>>,
) -> Result<(i32, Vec<UserError>), Error> {
    let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
    let ids = ids.map(|ids| ids.into_iter().map(String::from).collect());
    let (changed, mut user_errors) = outcome(dead_jobs::change(services, viewer, action, ids).await)?;
    let Some(changed) = changed else { return Ok((0, user_errors)) };
    user_errors.extend(changed.missing.into_iter().map(UserError::from));
    Ok((saturating(changed.count), user_errors))
}
