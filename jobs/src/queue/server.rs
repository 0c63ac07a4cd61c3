//! What Redis tells of itself.

use super::{Queue, QueueError};
use chrono::{DateTime, Utc};
use redis::{InfoDict, Script};

/// What Redis tells of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its version.
    pub version: String,
    /// What it forgets when its memory is full; none if it does not tell.
    pub policy: Option<String>,
    /// Whether it only follows another server. A cluster has nodes that do, and finds the others itself.
    pub is_replica: bool,
    /// Whether it is a node of a cluster, which wants another URL.
    pub is_cluster: bool,
    /// What time it is there.
    pub now: DateTime<Utc>,
}

impl Queue {
    /// Asks Redis about itself, a cluster one of its nodes.
    pub async fn server(&self) -> Result<Server, QueueError> {
        let mut redis = self.one_server().await?;
        let info: InfoDict = redis::cmd("INFO").query_async(&mut redis).await?;
        let (seconds, micros): (i64, u32) = redis::cmd("TIME").query_async(&mut redis).await?;
        let text = |name: &str| info.get::<String>(name);
        let is_cluster = text("redis_mode").is_some_and(|mode| mode == "cluster");
        Ok(Server {
            version: text("redis_version").unwrap_or_default(),
            policy: text("maxmemory_policy"),
            is_replica: !is_cluster && text("role").is_some_and(|role| role != "master"),
            is_cluster,
            now: DateTime::from_timestamp(seconds, micros.saturating_mul(1000)).unwrap_or_default(),
        })
    }

    /// Tries what jobs and the counts of guesses want: a script, a key and a channel of this namespace. Nothing of it stays.
    pub async fn probe(&self) -> Result<(), QueueError> {
        let script = Script::new(
            "redis.call('SET', KEYS[1], 1, 'PX', 1000) redis.call('DEL', KEYS[1]) return redis.call('PUBLISH', KEYS[1], '')",
        );
        let name = self.key("probe");
        let _: i64 = script.key(&name).invoke_async(&mut self.redis()).await?;
        Ok(self.listener().await?.subscribe(&name).await?)
    }
}
