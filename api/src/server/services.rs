//! Puts the parts together that requests and jobs work with.

use crate::{config::Config, monitoring::Metrics};
use app::{
    Services,
    backlog::Backlog,
    covers::Covers,
    events::Events,
    hasher::Hasher,
    media::MediaAssets,
    photos::Photos,
    throttle::{RateLimiter, Throttle},
};
use domain::Clock;
use jobs::{Queue, queue::QueueError};
use schema::announcements::Channel;
use std::sync::Arc;

/// Connections to Postgres of one process.
const POOL_SIZE: usize = 20;

/// The most connections to Postgres of one process on a machine of so many cores: those of the pool, one of each thread
/// that serves signed URLs, and those that listen.
pub(crate) fn most_connections(cores: usize) -> usize {
    POOL_SIZE + cores + LISTENING
}

/// Connections that wait for announcements.
const LISTENING: usize = 2;

/// Where Redis is, and which of its keys belong to this installation.
#[derive(Debug, Clone, Copy)]
pub struct Redis<'a> {
    /// Its address.
    pub url: &'a str,
    /// The prefix of the keys of the queue.
    pub namespace: &'a str,
}

impl Redis<'_> {
    /// The queue of the installation. It connects at its first use.
    pub fn queue(&self, clock: Clock) -> Result<Queue, QueueError> {
        Queue::lazy(self.url, self.namespace, clock)
    }
}

/// The parts of the server over a database that is up to date. Without Redis, each process counts attempts to guess for
/// itself, and the queue cannot be looked at.
pub fn services(
    config: &Config,
    database_url: &str,
    redis: Option<Redis<'_>>,
    clock: Clock,
) -> anyhow::Result<Arc<Services>> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let keys = config.keyring()?;
    let backlog = redis.map(|redis| redis.queue(clock.clone())).transpose()?;
    let timeout = config.timeouts.postgres;
    let url = database_url.to_owned();
    let pool_of_thread = move || schema::pool::build(&url, 1, timeout).map_err(app::Error::internal);
    let face_models = config.face_models()?;
    Ok(Arc::new(Services {
        pool: schema::pool::build(database_url, POOL_SIZE, timeout)?,
        media: MediaAssets::new(pool_of_thread, clock.clone()),
        storage: config.open_storage()?,
        clock,
        public_url: config.public_url()?,
        hasher: Hasher::new(cores),
        throttle: Throttle::new(redis.map(|redis| redis.url), keys.newest().clone(), config.timeouts.redis)?,
        keys,
        rate_limiter: RateLimiter::new(config.request_rate),
        events: Events::new(database_url, Channel::Proxies),
        link_activity: Events::new(database_url, Channel::LinkActivity),
        max_share: config.max_share,
        limits: config.uploads.limits(),
        presets: config.presets.clone(),
        video_quality: config.video_quality,
        photos: Photos::new(face_models.clone()),
        face_models,
        mailer: config.mailer()?,
        covers: Covers::default(),
        backlog: backlog.map(|queue| Arc::new(queue) as Arc<dyn Backlog>),
    }))
}

/// The parts that background jobs work with.
pub fn job_context(services: &Services, metrics: &Metrics) -> jobs::JobContext {
    jobs::JobContext {
        pool: services.pool.clone(),
        storage: services.storage.clone(),
        clock: services.clock.clone(),
        presets: services.presets.clone(),
        video_quality: services.video_quality,
        keys: services.keys.clone(),
        public_url: services.public_url.clone(),
        face_models: services.face_models.clone(),
        mailer: services.mailer.clone(),
        watermarks: jobs::tasks::WatermarkCache::default(),
        metrics: metrics.jobs(),
    }
}
