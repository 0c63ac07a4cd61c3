//! Looks into the queue for administrators, and retries or discards dead jobs.

use super::{Queue, QueueError, scripts::DEAD};
use app::backlog::{Backlog, BacklogError, BacklogFuture, DeadJob, LaneDepths, RunningJob};
use chrono::{DateTime, Utc};
use schema::outbox::{Job, Lane};
use std::collections::HashMap;

/// How many jobs one script retries or discards. Redis serves nobody else while a script runs.
const BATCH: usize = 200;

/// A job's hash.
type Fields = HashMap<String, String>;

/// Reads a dead job from its hash.
fn dead_job(id: String, place: i64, mut job: Fields) -> DeadJob {
    DeadJob {
        id,
        args: job.remove("args").unwrap_or_default(),
        attempts: count(job.get("attempts")),
        reason: job.remove("reason").unwrap_or_default(),
        at: instant(job.get("died")),
        place,
    }
}

impl Queue {
    /// How many jobs of each lane are in each state.
    pub async fn depths(&self) -> Result<Vec<LaneDepths>, QueueError> {
        let mut pipe = redis::pipe();
        for &lane in Lane::ALL {
            for place in ["ready", "scheduled", "lease", "dead"] {
                pipe.zcard(self.key(&format!("{place}:{}", lane.name())));
            }
        }
        let counts: Vec<usize> = pipe.query_async(&mut self.redis()).await?;
        let depths = Lane::ALL.iter().zip(counts.chunks_exact(4)).map(|(&lane, counts)| LaneDepths {
            lane,
            ready: counts[0],
            scheduled: counts[1],
            running: counts[2],
            dead: counts[3],
        });
        Ok(depths.collect())
    }

    /// The running jobs, the oldest first.
    pub async fn running(&self) -> Result<Vec<RunningJob>, QueueError> {
        let mut pipe = redis::pipe();
        for &lane in Lane::ALL {
            pipe.zrange(self.key(&format!("lease:{}", lane.name())), 0, -1);
        }
        let ids: Vec<Vec<String>> = pipe.query_async(&mut self.redis()).await?;
        let ids = ids.concat();
        let mut running = Vec::with_capacity(ids.len());
        for (id, mut job) in ids.iter().zip(self.hashes(&ids).await?) {
            // A job that ended in the meantime has no owner.
            let Some(worker) = job.remove("owner") else { continue };
            running.push(RunningJob {
                id: id.clone(),
                args: job.remove("args").unwrap_or_default(),
                worker,
                since: instant(job.get("since")),
                attempt: count(job.get("attempts")),
            });
        }
        running.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(running)
    }

    /// Up to `limit` dead jobs whose places are below `after`, the one that died last first.
    pub async fn dead(&self, after: Option<i64>, limit: usize) -> Result<Vec<DeadJob>, QueueError> {
        let limit = isize::try_from(limit).unwrap_or(isize::MAX);
        let below = after.map_or_else(|| "+inf".to_owned(), |place| format!("({place}"));
        let mut pipe = redis::pipe();
        for &lane in Lane::ALL {
            pipe.zrevrangebyscore_limit_withscores(
                self.key(&format!("dead:{}", lane.name())),
                &below,
                "-inf",
                0,
                limit,
            );
        }
        let lanes: Vec<Vec<(String, i64)>> = pipe.query_async(&mut self.redis()).await?;
        let mut places = lanes.concat();
        places.sort_by_key(|(_, place)| std::cmp::Reverse(*place));
        places.truncate(limit.unsigned_abs());
        let ids: Vec<String> = places.iter().map(|(id, _)| id.clone()).collect();
        let jobs = places.into_iter().zip(self.hashes(&ids).await?);
        // A job that was retried or discarded in the meantime is not dead.
        let jobs = jobs.filter(|(_, job)| job.contains_key("died"));
        Ok(jobs.map(|((id, place), job)| dead_job(id, place, job)).collect())
    }

    /// Those of these jobs that are dead. Their places are left at 0.
    pub async fn find_dead(&self, ids: &[String]) -> Result<Vec<DeadJob>, QueueError> {
        let jobs = ids.iter().zip(self.hashes(ids).await?).filter(|(_, job)| job.contains_key("died"));
        Ok(jobs.map(|(id, job)| dead_job(id.clone(), 0, job)).collect())
    }

    /// Queues dead jobs again with all their attempts, and returns the ids of those that were dead.
    pub async fn retry(&self, ids: &[String]) -> Result<Vec<String>, QueueError> {
        self.change_dead("retry", ids).await
    }

    /// Queues those of these jobs again that are dead, and returns their ids.
    pub async fn revive(&self, jobs: &[Job]) -> Result<Vec<String>, QueueError> {
        let mut pipe = redis::pipe();
        for job in jobs {
            pipe.get(self.key(&format!("key:{}", job.key())));
        }
        let ids: Vec<Option<String>> = pipe.query_async(&mut self.redis()).await?;
        let ids: Vec<String> = ids.into_iter().flatten().collect();
        self.retry(&ids).await
    }

    /// Removes dead jobs, and returns the ids of those that were dead. `PeriodicJob::Reconcile` queues the work again
    /// if Postgres says that it is missing.
    pub async fn discard(&self, ids: &[String]) -> Result<Vec<String>, QueueError> {
        self.change_dead("discard", ids).await
    }

    async fn change_dead(&self, action: &str, ids: &[String]) -> Result<Vec<String>, QueueError> {
        let mut found = Vec::new();
        for ids in ids.chunks(BATCH) {
            let mut call = self.call(&DEAD);
            call.arg(action).arg(ids);
            found.extend(call.invoke_async::<Vec<String>>(&mut self.redis()).await?);
        }
        Ok(found)
    }

    async fn hashes(&self, ids: &[String]) -> Result<Vec<Fields>, QueueError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipe = redis::pipe();
        for id in ids {
            pipe.hgetall(self.key(&format!("job:{id}")));
        }
        let jobs: Vec<HashMap<String, Vec<u8>>> = pipe.query_async(&mut self.redis()).await?;
        let text = |value: Vec<u8>| String::from_utf8_lossy(&value).into_owned();
        Ok(jobs.into_iter().map(|job| job.into_iter().map(|(field, value)| (field, text(value))).collect()).collect())
    }
}

impl Backlog for Queue {
    fn lanes(&self) -> BacklogFuture<'_, Vec<LaneDepths>> {
        Box::pin(async { Ok(self.depths().await?) })
    }

    fn running(&self) -> BacklogFuture<'_, Vec<RunningJob>> {
        Box::pin(async { Ok(self.running().await?) })
    }

    fn dead(&self, after: Option<i64>, limit: usize) -> BacklogFuture<'_, Vec<DeadJob>> {
        Box::pin(async move { Ok(self.dead(after, limit).await?) })
    }

    fn find_dead<'a>(&'a self, ids: &'a [String]) -> BacklogFuture<'a, Vec<DeadJob>> {
        Box::pin(async { Ok(self.find_dead(ids).await?) })
    }

    fn retry<'a>(&'a self, ids: &'a [String]) -> BacklogFuture<'a, Vec<String>> {
        Box::pin(async { Ok(self.retry(ids).await?) })
    }

    fn revive<'a>(&'a self, jobs: &'a [Job]) -> BacklogFuture<'a, Vec<String>> {
        Box::pin(async { Ok(self.revive(jobs).await?) })
    }

    fn discard<'a>(&'a self, ids: &'a [String]) -> BacklogFuture<'a, Vec<String>> {
        Box::pin(async { Ok(self.discard(ids).await?) })
    }
}

impl From<QueueError> for BacklogError {
    fn from(error: QueueError) -> Self {
        Self(error.to_string())
    }
}

fn count(text: Option<&String>) -> usize {
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn instant(millis: Option<&String>) -> DateTime<Utc> {
    millis.and_then(|text| text.parse().ok()).and_then(DateTime::from_timestamp_millis).unwrap_or_default()
}
