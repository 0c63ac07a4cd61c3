//! Adding jobs.

use super::{Queue, QueueError, scripts::PUSH};
use schema::outbox::{Job, Priority};
use ulid::Ulid;

/// How many jobs one script adds. Redis serves nobody else while a script runs.
const BATCH: usize = 100;

impl Queue {
    /// Adds a job; `false`, if a job with the same key is queued or running, or died within the last hour (a dead job
    /// of the upkeep lane is queued again at once).
    ///
    /// A waiting job with the same key takes the higher of the two priorities. A running job is run once more
    /// afterwards, because the run may have read data from before the cause of this push.
    pub async fn push(&self, job: &Job, priority: Priority) -> Result<bool, QueueError> {
        Ok(self.push_all(&[(job.clone(), priority)]).await? == 1)
    }

    /// Adds many jobs, and returns how many are new.
    pub async fn push_all(&self, jobs: &[(Job, Priority)]) -> Result<usize, QueueError> {
        let mut added = 0;
        for batch in jobs.chunks(BATCH) {
            let mut call = self.call(&PUSH);
            for (job, priority) in batch {
                let args = serde_json::to_vec(job).map_err(|error| QueueError::Payload(error.to_string()))?;
                call.arg(Ulid::generate().to_string()).arg(args).arg(job.key());
                // Rounded up to whole milliseconds, so that the job never runs too early.
                call.arg(job.not_before().map_or(0, |time| time.timestamp_millis() + 1));
                call.arg(*priority as u8).arg(job.lane().name());
            }
            added += call.invoke_async::<usize>(&mut self.redis()).await?;
        }
        Ok(added)
    }
}
