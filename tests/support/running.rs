//! A server under test.

use crate::{
    Api, Workers,
    servers::{add_workspace, servers},
};
use api::{
    config::{Config, ObjectStorage, RequestTimes, SocketLimits, SocketTimes, Timeouts, Uploads},
    monitoring::Metrics,
    server::Redis,
};
use app::{
    Services,
    listings::ReplicaTimes,
    redis_server::{RedisFiles, RedisServer},
    throttle::RequestRate,
};
use bytesize::ByteSize;
use chrono::TimeDelta;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use domain::{Clock, WorkspaceId, password::Password};
use jobs::{JobContext, Setup};
use redis::{AsyncCommands, AsyncConnectionConfig, aio::MultiplexedConnection};
use schema::{Database, Pool, periodic::PeriodicJob};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    net::{IpAddr, TcpListener},
    ops::Deref,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tokio::sync::watch;
use uuid::Uuid;

/// A timeout that is longer than anything takes on a busy machine.
pub const LONG: Duration = Duration::from_mins(1);

/// The options of a server under test.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether background jobs run.
    pub workers: bool,
    /// How many threads serve requests.
    pub threads: usize,
    /// The most assets of one share.
    pub max_share: usize,
    /// The rate limit of the API.
    pub request_rate: RequestRate,
    /// How long the parts of a request may take to arrive.
    pub request_times: RequestTimes,
    /// The limits on WebSocket connections of one address.
    pub socket_limits: SocketLimits,
    /// The timeouts of WebSocket connections.
    pub socket_times: SocketTimes,
    /// How long requests wait for Postgres and Redis.
    pub timeouts: Timeouts,
    /// Whether introspection is allowed.
    pub introspection: bool,
    /// Whether metrics have an address of their own.
    pub metrics_listen: bool,
    /// The address of Postgres past `PgBouncer`.
    pub database_direct_url: Option<String>,
    /// The address of a replica of Postgres.
    pub database_replica_url: Option<String>,
    /// The file with the password of Postgres.
    pub database_password_file: Option<PathBuf>,
    /// The files that belong to the address of Redis.
    pub redis_files: RedisFiles,
    /// The base URL of links, if it is not the server's own address.
    pub public_url: Option<&'static str>,
    /// The server that sends mail.
    pub smtp_url: Option<String>,
    /// The folder of other models for faces.
    pub face_models: Option<PathBuf>,
    /// The limits of uploads.
    pub uploads: Uploads,
    /// Where blobs are, if it is not the server's own folder, and the options of S3.
    pub storage: Option<(String, ObjectStorage)>,
}

impl Default for Options {
    fn default() -> Self {
        let replica = ReplicaTimes { wait: LONG, max_lag: LONG };
        Self {
            workers: false,
            threads: 1,
            max_share: 10_000,
            introspection: true,
            // All callers of a test share one address, and some send a thousand requests at once.
            request_rate: RequestRate::Off,
            request_times: RequestTimes { keep_alive: LONG, head: LONG, answer: LONG, ..RequestTimes::default() },
            socket_limits: SocketLimits::default(),
            socket_times: SocketTimes::default(),
            // Postgres and Redis may be busy in tests, but are not unreachable: a killed server refuses connections at
            // once.
            timeouts: Timeouts { postgres: LONG, statement: LONG, lock: LONG, replica, redis: LONG },
            database_replica_url: None,
            database_direct_url: None,
            database_password_file: None,
            redis_files: RedisFiles::default(),
            public_url: None,
            metrics_listen: false,
            smtp_url: None,
            face_models: None,
            // Other tests fill the same disk.
            uploads: Uploads { min_free_disk: ByteSize::b(0), ..Uploads::default() },
            storage: None,
        }
    }
}

/// A running server. It stops when it is dropped.
pub struct Running {
    api: Api,
    /// The parts of the server.
    pub services: Arc<Services>,
    /// Its metrics.
    pub metrics: Arc<Metrics>,
    /// Where its database is.
    pub database: Database,
    /// The address of its database.
    pub database_url: String,
    /// Where its Redis is.
    pub redis_server: RedisServer,
    /// The address of its Redis.
    pub redis_url: String,
    /// The keys of its queue begin with this.
    pub namespace: String,
    /// Its blobs and its key.
    pub folder: TempDir,
    /// The secret key of its link tokens.
    pub secret_key: String,
    job_pool: Pool,
    ahead: Arc<AtomicI64>,
    stop: watch::Sender<bool>,
}

/// Starts a server without workers.
pub async fn start() -> Running {
    start_with(Options::default()).await
}

/// Starts a server on a database of its own.
pub async fn start_with(options: Options) -> Running {
    let servers = servers();
    let database_url = servers.database_url(&servers.new_database().await);
    start_on(database_url, servers.redis_url.clone(), options)
}

/// Starts a server on an existing database and this Redis.
pub fn start_on(database_url: String, redis_url: String, options: Options) -> Running {
    launch(database_url, redis_url, Uuid::new_v4().simple().to_string(), options)
}

/// Starts a server on an existing database, with the key of an installation.
pub fn start_with_key(database_url: String, redis_url: String, secret_key: String, options: Options) -> Running {
    launch(database_url, redis_url, secret_key, options)
}

fn launch(database_url: String, redis_url: String, secret_key: String, options: Options) -> Running {
    let folder = tempfile::tempdir().expect("a folder");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let url = format!("http://{address}");
    let (storage, object_storage) = options.storage.map_or_else(Default::default, |(place, s3)| (Some(place), s3));
    let config = Config {
        data: folder.path().to_owned(),
        listen: address,
        metrics_listen: options.metrics_listen.then(|| std::net::SocketAddr::from(([127, 0, 0, 1], 0))),
        public_url: Some(options.public_url.map_or_else(|| url.clone(), str::to_owned)),
        // Tests act as the reverse proxy, so that they can come from many addresses.
        trusted_proxies: vec![IpAddr::from([127, 0, 0, 1]).into()],
        database_url: Some(database_url.clone()),
        database_direct_url: options.database_direct_url.clone(),
        database_replica_url: options.database_replica_url.clone(),
        database_password_file: options.database_password_file.clone(),
        redis_url: Some(redis_url.clone()),
        redis_password_file: options.redis_files.password,
        redis_sentinel_password_file: options.redis_files.sentinel_password,
        redis_ca: options.redis_files.ca,
        redis_cert: options.redis_files.certificate,
        redis_key: options.redis_files.key,
        storage,
        object_storage,
        secret_key: Some(secret_key.clone()),
        smtp_url: options.smtp_url,
        mail_from: Some("Press Office <press@example.com>".to_owned()),
        worker_grace: 20,
        max_share: options.max_share,
        introspection: options.introspection,
        uploads: options.uploads,
        presets: domain::Presets::default(),
        video_quality: domain::VideoQuality::default(),
        face_models: options.face_models,
        admin_email: String::new(),
        admin_password: None,
        request_rate: options.request_rate,
        request_times: options.request_times,
        socket_limits: options.socket_limits,
        socket_times: options.socket_times,
        timeouts: options.timeouts,
    };
    let ahead = Arc::new(AtomicI64::new(0));
    let (system, turned) = (Clock::system(), Arc::clone(&ahead));
    let clock = Clock::from_fn(move || system.now() + TimeDelta::microseconds(turned.load(Ordering::SeqCst)));
    let namespace = format!("test-{}", Uuid::now_v7().simple());
    let database = config.database().expect("an address").expect("it is given");
    let redis_server = config.redis().expect("an address").expect("it is given");
    let redis = Redis { server: &redis_server, namespace: &namespace };
    let services = api::server::services(&config, &database, Some(redis), clock.clone()).expect("services");
    let job_pool = api::server::job_pool(&config, &database).expect("a pool");
    let queue = redis.queue(clock.clone());
    let metrics = Arc::new(Metrics::new(&clock, Some(queue)).expect("metrics"));
    let (parts, counted) = (Arc::clone(&services), Arc::clone(&metrics));
    let server = api::server::serve(parts, counted, &config, listener, options.threads).expect("a server");
    let (stop, mut stopping) = watch::channel(false);
    let handle = server.handle();
    tokio::spawn(server);
    let running = Running {
        api: Api { url },
        services,
        metrics,
        database,
        database_url,
        redis_server,
        redis_url,
        namespace,
        folder,
        secret_key,
        job_pool,
        ahead,
        stop,
    };
    if options.workers {
        tokio::spawn(running.work(Setup::of_cores(2), stopping.clone()));
    }
    tokio::spawn(async move {
        let _ = stopping.wait_for(|stop| *stop).await;
        handle.stop(false).await;
    });
    running
}

/// A connection to this Redis, with a long timeout.
pub async fn redis(url: &str) -> MultiplexedConnection {
    let client = redis::Client::open(url).expect("an address");
    let config = AsyncConnectionConfig::new().set_connection_timeout(Some(LONG)).set_response_timeout(Some(LONG));
    client.get_multiplexed_async_connection_with_config(&config).await.expect("a connection")
}

/// How many rows a database has of this: what follows `FROM`.
pub(crate) async fn count(conn: &mut AsyncPgConnection, from: &str) -> i64 {
    use diesel_async::RunQueryDsl;

    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        count: i64,
    }

    let query = diesel::sql_query(format!("SELECT count(*) AS count FROM {from}"));
    query.get_result::<Row>(conn).await.expect("the rows are counted").count
}

impl Running {
    /// Another process of the same installation.
    #[must_use]
    pub fn another(&self) -> Self {
        self.another_with_key(self.secret_key.clone())
    }

    /// Another process of the same installation, with this secret key.
    #[must_use]
    pub fn another_with_key(&self, secret_key: String) -> Self {
        launch(self.database_url.clone(), self.redis_url.clone(), secret_key, Options::default())
    }

    /// Advances the server's clock.
    pub fn advance(&self, by: TimeDelta) {
        self.ahead.fetch_add(by.num_microseconds().unwrap_or_default(), Ordering::SeqCst);
    }

    /// Starts workers for background jobs.
    pub fn workers(&self) -> Workers {
        self.workers_as(Setup::of_cores(2))
    }

    /// Starts workers with another set-up.
    pub fn workers_as(&self, setup: Setup) -> Workers {
        Workers::start(|stopping| self.work(setup, stopping))
    }

    fn work(
        &self,
        setup: Setup,
        stopping: watch::Receiver<bool>,
    ) -> impl Future<Output = anyhow::Result<()>> + Send + 'static {
        let (database, redis) = (self.database.clone(), self.redis_server.clone());
        jobs::run(database, redis, self.namespace.clone(), self.job_context(), setup, stopping)
    }

    /// The context of its jobs.
    pub fn job_context(&self) -> JobContext {
        api::server::job_context(&self.services, &self.metrics, self.job_pool.clone())
    }

    /// Runs a periodic job, and returns what it counted; none, where another process is running it.
    pub async fn upkeep(&self, job: PeriodicJob) -> Option<BTreeMap<&'static str, usize>> {
        self.views_written().await;
        let queue = self.queue().await;
        let report = jobs::tasks::run_exclusively(job, &self.job_context(), Some(&queue)).await.expect("the job runs");
        report.map(|report| report.into_iter().collect())
    }

    /// Disables periodic jobs from now on.
    pub async fn no_schedule(&self) {
        self.sql(
            "CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
            CREATE TRIGGER never BEFORE INSERT ON periodic_jobs FOR EACH ROW EXECUTE FUNCTION never()",
        )
        .await;
    }

    /// Its queue.
    pub async fn queue(&self) -> jobs::Queue {
        jobs::Queue::connect(&self.redis_server, &self.namespace, self.services.clock.clone()).await.expect("a queue")
    }

    /// A connection to its Redis.
    pub async fn redis(&self) -> MultiplexedConnection {
        redis(&self.redis_url).await
    }

    /// Deletes all its keys in Redis.
    pub async fn forget_queue(&self) {
        let mut redis = self.redis().await;
        let keys: Vec<String> = redis.keys(format!("{}*", self.namespace)).await.expect("its keys");
        if !keys.is_empty() {
            let _: () = redis.del(keys).await.expect("they are deleted");
        }
    }

    /// Writes the views that it has counted by now, which it does once a second.
    pub async fn views_written(&self) {
        self.services.views.write().await;
    }

    /// The `data` of a GraphQL call that must succeed, and that sees all views.
    pub async fn data(&self, token: &str, query: &str, variables: Value) -> Value {
        self.views_written().await;
        self.api.data(token, query, variables).await
    }

    /// A connection to its database.
    pub async fn database(&self) -> AsyncPgConnection {
        self.database.connect_directly().await.expect("a connection")
    }

    /// Runs a statement on its database, for changes that the API does not offer.
    pub async fn sql(&self, statement: impl AsRef<str>) {
        self.views_written().await;
        self.database().await.batch_execute(statement.as_ref()).await.expect("the statement runs");
    }

    /// How many rows its database has of this: what follows `FROM`.
    pub async fn count(&self, from: &str) -> i64 {
        self.views_written().await;
        count(&mut self.database().await, from).await
    }

    /// Waits until a connection waits for a lock in its database.
    pub async fn until_somebody_waits(&self) {
        self.until_activity("wait_event_type = 'Lock'").await;
    }

    /// Waits until a connection to its database matches this condition on `pg_stat_activity`.
    pub async fn until_activity(&self, condition: &str) {
        use diesel_async::RunQueryDsl;

        let query = format!("SELECT FROM pg_stat_activity WHERE datname = current_database() AND {condition}");
        let mut conn = self.database().await;
        let found = async {
            while diesel::sql_query(&query).execute(&mut conn).await.expect("how many there are") == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(LONG, found).await.expect(condition);
    }

    /// Adds another workspace with an administrator of this address and password.
    pub async fn add_workspace(&self, prefix: &str, email: &str, password: &str) -> WorkspaceId {
        let hash = Password::for_user(password, &[]).expect("a good password").hash();
        add_workspace(&mut self.database().await, prefix, email, &hash).await
    }

    /// The files of the blobs in its storage, complete or not.
    pub fn blob_files(&self) -> Vec<PathBuf> {
        fn below(folder: PathBuf) -> Vec<PathBuf> {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
            entries.flat_map(|path| if path.is_dir() { below(path) } else { vec![path] }).collect()
        }
        ["files", "proxies"].into_iter().flat_map(|area| below(self.folder.path().join("blobs").join(area))).collect()
    }

    /// How many blobs are in its storage, complete or not.
    pub fn blobs(&self) -> usize {
        self.blob_files().len()
    }
}

impl Deref for Running {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}
