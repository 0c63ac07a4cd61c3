//! Looks into the queue for administrators, and retries or discards dead jobs.

use super::{Queue, QueueError, scripts::DEAD};
use chrono::{DateTime, Utc};
use schema::outbox::Lane;
use std::collections::HashMap;

/// How many jobs one script retries or discards. Redis serves nobody else while a script runs.
const BATCH: usize = 200;

/// How many jobs of a lane are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depths {
    /// Waiting for a worker.
    pub ready: usize,
    /// Waiting for their due time, or for their next attempt.
    pub scheduled: usize,
    /// Leased to a worker.
    pub running: usize,
    /// Failed for the last time.
    pub dead: usize,
}

/// A running job.
#[derive(Debug, Clone)]
pub struct Running {
    /// Identity.
    pub id: String,
    /// The job as JSON, unless something else was written to Redis.
    pub args: String,
    /// The consumer that runs the job.
    pub worker: String,
    /// When the attempt began.
    pub since: DateTime<Utc>,
    /// Counts from 1.
    pub attempt: usize,
}

/// A job that failed for the last time.
#[derive(Debug, Clone)]
pub struct Dead {
    /// Identity.
    pub id: String,
    /// The job as JSON, unless something else was written to Redis.
    pub args: String,
    /// How often the job was tried.
    pub attempts: usize,
    /// Why the last attempt failed, for people.
    pub reason: String,
    /// When the job died.
    pub at: DateTime<Utc>,
    /// The job's place among all dead jobs; the one that died last has the highest.
    pub place: i64,
}

/// A job's hash.
type Fields = HashMap<String, String>;

impl Dead {
    fn of(id: String, place: i64, mut job: Fields) -> Self {
        Self {
            id,
            args: job.remove("args").unwrap_or_default(),
            attempts: count(job.get("attempts")),
            reason: job.remove("reason").unwrap_or_default(),
            at: instant(job.get("died")),
            place,
        }
    }
}

impl Queue {
    /// How many jobs of each lane are in each state.
    pub async fn depths(&self) -> Result<Vec<(Lane, Depths)>, QueueError> {
        let mut pipe = redis::pipe();
        for &lane in Lane::ALL {
            for place in ["ready", "scheduled", "lease", "dead"] {
                pipe.zcard(self.key(&format!("{place}:{}", lane.name())));
            }
        }
        let counts: Vec<usize> = pipe.query_async(&mut self.redis()).await?;
        let depths = counts.chunks_exact(4).map(|counts| Depths {
            ready: counts[0],
            scheduled: counts[1],
            running: counts[2],
            dead: counts[3],
        });
        Ok(Lane::ALL.iter().copied().zip(depths).collect())
    }

    /// The running jobs, the oldest first.
    pub async fn running(&self) -> Result<Vec<Running>, QueueError> {
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
            running.push(Running {
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
    pub async fn dead(&self, after: Option<i64>, limit: usize) -> Result<Vec<Dead>, QueueError> {
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
        Ok(jobs.map(|((id, place), job)| Dead::of(id, place, job)).collect())
    }

    /// Those of these jobs that are dead. Their places are left at 0.
    pub async fn find_dead(&self, ids: &[String]) -> Result<Vec<Dead>, QueueError> {
        let jobs = ids.iter().zip(self.hashes(ids).await?).filter(|(_, job)| job.contains_key("died"));
        Ok(jobs.map(|(id, job)| Dead::of(id.clone(), 0, job)).collect())
    }

    /// Queues dead jobs again with all their attempts, and returns the ids of those that were dead.
    pub async fn retry(&self, ids: &[String]) -> Result<Vec<String>, QueueError> {
        self.change_dead("retry", ids).await
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

fn count(text: Option<&String>) -> usize {
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn instant(millis: Option<&String>) -> DateTime<Utc> {
    millis.and_then(|text| text.parse().ok()).and_then(DateTime::from_timestamp_millis).unwrap_or_default()
}
