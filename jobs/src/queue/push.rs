//! Adding jobs.

use super::{Queue, QueueError, scripts::PUSH};
use schema::outbox::{Job, Priority};
use ulid::Ulid;

/// How many jobs one script adds: Redis does nothing else meanwhile.
const BATCH: usize = 100;

impl Queue {
    /// Adds a job, to be run when its time has come; `false` where the same work is on its way already, or was given up
    /// on within the hour (upkeep never is for good).
    ///
    /// Work that waits is merged with it, and takes the higher priority. Work that is being run is run once more
    /// afterwards, because that run may have read what was there before the cause of this push.
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
                // Rounded up: never a moment too early.
                call.arg(job.not_before().map_or(0, |time| time.timestamp_millis() + 1));
                call.arg(*priority as u8).arg(job.lane().name());
            }
            added += call.invoke_async::<usize>(&mut self.redis()).await?;
        }
        Ok(added)
    }
}
