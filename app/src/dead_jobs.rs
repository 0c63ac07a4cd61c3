//! Retrying and discarding dead jobs.

use crate::{Error, MutationError, Services, UserError, UserErrorCode, Viewer, backlog::DeadJob, job_queue};

/// The most jobs named in one call.
const MAX_IDS: usize = 1000;

/// How many dead jobs are read at a time, if no ids are given.
const BATCH: usize = 500;

/// What is done to dead jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadJobAction {
    /// The jobs are queued again, with all their attempts.
    Retry,
    /// The jobs are removed.
    Discard,
}

/// What became of dead jobs.
#[derive(Debug)]
pub struct Changed {
    /// How many jobs were changed.
    pub count: usize,
    /// A mistake for each id that names no dead job of the viewer.
    pub missing: Vec<UserError>,
}

/// Retries or discards these dead jobs; without ids, all that the viewer may change. For administrators.
pub async fn change(
    services: &Services,
    viewer: &Viewer,
    action: DeadJobAction,
    ids: Option<Vec<String>>,
) -> Result<Changed, MutationError> {
    let backlog = job_queue::backlog(services, viewer)?;
    let Some(ids) = ids else {
        return Ok(Changed { count: change_all(services, viewer, action).await?, missing: Vec::new() });
    };
    if ids.len() > MAX_IDS {
        let message = format!("At most {MAX_IDS} jobs are named in one call; leave them out to mean all.");
        return Err(MutationError::user(UserErrorCode::InvalidInput, &["ids"], message));
    }
    let found = backlog.find_dead(&ids).await.map_err(Error::from)?;
    let done = change_those(services, viewer, action, &found).await?;
    let missing = ids.iter().enumerate().filter(|(_, id)| !done.contains(id)).map(|(index, _)| {
        let message = "There is no dead job with this id; it may have been queued again.";
        UserError::new(UserErrorCode::NotFound, &["ids", &index.to_string()], message)
    });
    Ok(Changed { count: done.len(), missing: missing.collect() })
}

/// Changes all dead jobs of the viewer. Jobs that die in the meantime come before the first batch, so that the walk
/// ends.
async fn change_all(services: &Services, viewer: &Viewer, action: DeadJobAction) -> Result<usize, Error> {
    let backlog = job_queue::backlog(services, viewer)?;
    let (mut count, mut after) = (0, None);
    loop {
        let jobs = backlog.dead(after, BATCH).await?;
        let Some(last) = jobs.last() else { return Ok(count) };
        after = Some(last.place);
        count += change_those(services, viewer, action, &jobs).await?.len();
    }
}

/// Changes those of these jobs that the viewer may change, and returns the ids of those that were dead.
async fn change_those(
    services: &Services,
    viewer: &Viewer,
    action: DeadJobAction,
    jobs: &[DeadJob],
) -> Result<Vec<String>, Error> {
    let backlog = job_queue::backlog(services, viewer)?;
    let args: Vec<&str> = jobs.iter().map(|job| job.args.as_str()).collect();
    let owned = job_queue::ownership(&mut *services.pool.get().await?, viewer, &args).await?;
    let changed = jobs.iter().zip(owned).filter(|(_, owned)| owned.may_be_changed());
    let ids: Vec<String> = changed.map(|(job, _)| job.id.clone()).collect();
    Ok(match action {
        DeadJobAction::Retry => backlog.retry(&ids).await?,
        DeadJobAction::Discard => backlog.discard(&ids).await?,
    })
}
