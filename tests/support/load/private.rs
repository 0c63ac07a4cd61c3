//! Postgres and Redis of the run. Each is started with a twin that nobody uses, in a folder of its own, so that it can be
//! started again without the other.

use crate::{Paused, kill, kill_postgres, pause_postgres, redis_process};
use api::installation::servers::{Durability, PrivateServers};
use std::{
    path::Path,
    sync::mpsc,
    thread::{self, JoinHandle},
};
use tempfile::TempDir;
use tokio::sync::oneshot;

/// The servers of the run, which end when this is dropped.
pub(super) struct Private {
    pub(super) database_url: String,
    pub(super) redis_url: String,
    postgres: Servers,
    redis: Servers,
}

impl Private {
    pub(super) async fn start() -> Self {
        let (postgres, redis) = (Servers::new(), Servers::new());
        let (of_postgres, of_redis) = (postgres.restart().await, redis.restart().await);
        Self { database_url: of_postgres.database, redis_url: of_redis.redis, postgres, redis }
    }

    pub(super) fn kill_postgres(&self) {
        kill_postgres(self.postgres.folder.path());
    }

    pub(super) async fn restart_postgres(&self) {
        self.postgres.restart().await;
    }

    pub(super) fn pause_postgres(&self) -> Vec<Paused> {
        pause_postgres(self.postgres.folder.path())
    }

    pub(super) async fn kill_redis(&self) {
        kill(&redis_process(&self.redis_url).await);
    }

    pub(super) async fn restart_redis(&self) {
        self.redis.restart().await;
    }

    pub(super) async fn pause_redis(&self) -> Paused {
        Paused::new(&redis_process(&self.redis_url).await)
    }
}

/// The addresses of a pair of servers.
struct Urls {
    database: String,
    redis: String,
}

/// A pair of servers, which end with the thread that starts them. That thread waits for them, and nobody else does.
struct Servers {
    orders: Option<mpsc::Sender<oneshot::Sender<Urls>>>,
    thread: Option<JoinHandle<()>>,
    folder: TempDir,
}

impl Servers {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (orders, ordered) = mpsc::channel();
        let place = folder.path().to_owned();
        let thread = thread::spawn(move || run(&place, &ordered));
        Self { orders: Some(orders), thread: Some(thread), folder }
    }

    /// Starts both, again where they run.
    async fn restart(&self) -> Urls {
        let (ready, started) = oneshot::channel();
        self.orders.as_ref().expect("it runs").send(ready).expect("the thread runs");
        started.await.expect("private servers start")
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // If it has failed, that was told already.
            let _ = thread.join();
        }
    }
}

/// Starts the servers at each order, until there are no more.
fn run(folder: &Path, orders: &mpsc::Receiver<oneshot::Sender<Urls>>) {
    let mut running: Option<PrivateServers> = None;
    for ready in orders {
        drop(running.take());
        // What was committed must outlast a kill.
        let started = PrivateServers::start(folder, Durability::Durable).expect("private servers start");
        let urls = Urls { database: started.database_url().to_owned(), redis: started.redis_url().to_owned() };
        running = Some(started);
        // Who ordered it may have gone.
        let _ = ready.send(urls);
    }
}
