//! Puts the parts together that requests and jobs work with.

use crate::{
    config::{Config, Timeouts},
    monitoring::Metrics,
};
use app::{
    Services, ThreadConnections,
    backlog::Backlog,
    covers::Covers,
    events::Events,
    hasher::Hasher,
    listings::{Compared, LISTED_WITHIN, Listings, ReplicaPools},
    media::MediaAssets,
    photos::Photos,
    redis_server::RedisServer,
    throttle::{RateLimiter, Throttle},
    visitor::{OpenedLinks, Views},
};
use domain::Clock;
use jobs::Queue;
use schema::{Database, Pool, Waits, announcements::Channel};
use std::{sync::Arc, time::Duration};

/// Connections to Postgres of one process.
const POOL_SIZE: usize = 20;

/// The most connections to Postgres of one process on a machine of so many cores: those of the pool, one of each thread
/// that serves or runs long requests, one that counts views, one that is compared with a replica, and those that listen.
pub(crate) fn most_connections(cores: usize) -> usize {
    POOL_SIZE + 2 * cores + 2 + LISTENING
}

/// Connections to a replica of one process. A listing has one of them, and one is compared with the primary.
pub(crate) const REPLICA_POOL_SIZE: usize = 20;

/// How long the views of all links wait for the counter of an asset that somebody is changing.
pub const LOCK_OF_VIEWS: Duration = Duration::from_millis(100);

/// Connections that wait for announcements.
const LISTENING: usize = 2;

/// The longest statement of a job. Upkeep reads whole tables.
const JOB_STATEMENT: Duration = Duration::from_mins(10);

/// How long a job waits for a lock. It is tried again later.
const JOB_LOCK: Duration = Duration::from_secs(30);

/// Where Redis is, and which of its keys belong to this installation.
#[derive(Debug, Clone, Copy)]
pub struct Redis<'a> {
    /// Where it is.
    pub server: &'a RedisServer,
    /// The prefix of the keys of the queue.
    pub namespace: &'a str,
}

impl Redis<'_> {
    /// The queue of the installation. It connects at its first use.
    pub fn queue(&self, clock: Clock) -> Queue {
        Queue::lazy(self.server, self.namespace, clock)
    }
}

/// The parts of the server over a database that is up to date. Without Redis, each process counts attempts to guess for
/// itself, and the queue cannot be looked at.
pub fn services(
    config: &Config,
    database: &Database,
    redis: Option<Redis<'_>>,
    clock: Clock,
) -> anyhow::Result<Arc<Services>> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let keys = config.keyring()?;
    let backlog = redis.map(|redis| redis.queue(clock.clone()));
    let Timeouts { postgres: connection, statement, lock, replica: replica_times, redis: redis_timeout } =
        config.timeouts;
    let waits = Waits { connection, statement, lock };
    let of_thread = database.clone();
    let pool_of_thread = move || Pool::new(&of_thread, 1, waits).map_err(app::Error::internal);
    let connections = Arc::new(ThreadConnections::new(pool_of_thread, statement + connection));
    let face_models = config.face_models()?;
    let pool = Pool::new(database, POOL_SIZE, waits)?;
    let of_replica = Waits { statement: LISTED_WITHIN, ..waits };
    let replica = config.replica()?.map(|replica| {
        anyhow::Ok(ReplicaPools {
            listings: Pool::new(&replica, REPLICA_POOL_SIZE - 1, of_replica)?,
            compared: Compared {
                primary: Pool::new(database, 1, of_replica)?,
                replica: Pool::new(&replica, 1, of_replica)?,
            },
        })
    });
    let listings = Listings::new(pool.clone(), replica.transpose()?.map(|pools| (pools, replica_times)));
    Ok(Arc::new(Services {
        views: Arc::new(Views::new(
            Pool::new(database, 1, Waits { lock: LOCK_OF_VIEWS, ..waits })?,
            statement + connection,
        )),
        pool,
        listings: Arc::new(listings),
        media: MediaAssets::new(Arc::clone(&connections), clock.clone()),
        opened_links: OpenedLinks::new(connections),
        storage: config.open_storage()?,
        clock,
        public_url: config.public_url()?,
        hasher: Hasher::new(cores),
        throttle: Throttle::new(redis.map(|redis| redis.server), keys.newest().clone(), redis_timeout),
        keys,
        rate_limiter: RateLimiter::new(config.request_rate),
        events: Events::new(database, Channel::Proxies),
        link_activity: Events::new(database, Channel::LinkActivity),
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

/// The connections of background jobs, whose statements may take longer than those of requests.
pub fn job_pool(config: &Config, database: &Database) -> anyhow::Result<Pool> {
    let waits = Waits { connection: config.timeouts.postgres, statement: JOB_STATEMENT, lock: JOB_LOCK };
    Ok(Pool::new(database, POOL_SIZE, waits)?)
}

/// The parts that background jobs work with, over connections of their own.
pub fn job_context(services: &Services, metrics: &Metrics, pool: Pool) -> jobs::JobContext {
    jobs::JobContext {
        pool,
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
