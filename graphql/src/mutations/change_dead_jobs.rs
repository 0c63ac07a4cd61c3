//! `retryJobs` and `discardJobs`: retry or discard dead jobs.

use crate::{
    context,
    errors::{UserError, UserErrorCode},
    types::job_queue::number,
};
use app::{
    Error,
    backlog::{self, DeadJob},
};
use async_graphql::{Context, ID, Object, SimpleObject};

/// The most jobs named in one call.
const MAX_IDS: usize = 1000;

/// How many dead jobs are read at a time, if no ids are given.
const BATCH: usize = 500;

#[derive(Default)]
pub(super) struct ChangeDeadJobs;

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

#[derive(Clone, Copy)]
enum DeadJobAction {
    Retry,
    Discard,
}

#[Object]
impl ChangeDeadJobs {
    /// Queues jobs again that were given up on, with all their attempts; without ids, all but those of other
    /// workspaces. For administrators.
    async fn retry_jobs(&self, ctx: &Context<'_>, ids: Option<Vec<ID>>) -> Result<RetryJobsPayload, Error> {
        let (retried, user_errors) = change(ctx, DeadJobAction::Retry, ids).await?;
        Ok(RetryJobsPayload { retried, user_errors })
    }

    /// Removes jobs that were given up on; without ids, all but those of other workspaces. What is still missing is
    /// found and queued again later. For administrators.
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
    let (backlog, _) = context::backlog(ctx)?;
    let Some(ids) = ids else { return Ok((change_all(ctx, action).await?, Vec::new())) };
    if ids.len() > MAX_IDS {
        let message = format!("At most {MAX_IDS} jobs are named in one call; leave them out to mean all.");
        return Ok((0, vec![UserError::new(UserErrorCode::InvalidInput, &["ids"], message)]));
    }
    let ids: Vec<String> = ids.into_iter().map(|id| id.0).collect();
    let found = backlog.find_dead(&ids).await?;
    let done = change_those(ctx, action, &found).await?;
    let missing = ids.iter().enumerate().filter(|(_, id)| !done.contains(id)).map(|(index, _)| {
        let message = "No such job was given up on; it may have been queued again.";
        UserError::new(UserErrorCode::NotFound, &["ids", &index.to_string()], message)
    });
    Ok((number(done.len()), missing.collect()))
}

/// Changes all dead jobs of the viewer. Jobs that die in the meantime come before the first batch, so that the walk
/// ends.
async fn change_all(ctx: &Context<'_>, action: DeadJobAction) -> Result<i32, Error> {
    let (backlog, _) = context::backlog(ctx)?;
    let (mut count, mut after) = (0, None);
    loop {
        let jobs = backlog.dead(after, BATCH).await?;
        let Some(last) = jobs.last() else { return Ok(number(count)) };
        after = Some(last.place);
        count += change_those(ctx, action, &jobs).await?.len();
    }
}

/// Changes those of these jobs that the viewer may change, and returns the ids of those that were dead.
async fn change_those(ctx: &Context<'_>, action: DeadJobAction, jobs: &[DeadJob]) -> Result<Vec<String>, Error> {
    let (backlog, viewer) = context::backlog(ctx)?;
    let args: Vec<&str> = jobs.iter().map(|job| job.args.as_str()).collect();
    let whose = backlog::whose(context::services(ctx), viewer, &args).await?;
    let changed = jobs.iter().zip(whose).filter(|(_, whose)| whose.may_be_changed());
    let ids: Vec<String> = changed.map(|(job, _)| job.id.clone()).collect();
    Ok(match action {
        DeadJobAction::Retry => backlog.retry(&ids).await?,
        DeadJobAction::Discard => backlog.discard(&ids).await?,
    })
}
