//! Counts views, of many visitors together.
//!
//! A link that everybody opens has one row. A statement for each view would change it as often, one after the other, and
//! leave as many dead rows. So views are added up in the process and written once a second, of all links together. A page
//! waits for none of this; a process that is killed loses the views of its last second, and one that ends writes them before.
//! What Postgres does not take, because it is away or somebody is changing the link, is written later.

use schema::{
    Pool,
    statistics::{self, ViewCount, Viewed},
};
use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Mutex as AsyncMutex, Notify},
    time::{sleep, timeout},
};

/// How long views are added up before they are written.
const ADDED_UP_FOR: Duration = Duration::from_secs(1);

/// The most sums that are written by one statement.
const MOST: usize = 1_000;

/// The views that are not written yet.
pub struct Views {
    pool: Pool,
    longest: Duration,
    sums: Mutex<HashMap<Viewed, ViewCount>>,
    /// Told when there is something to write.
    is_something: Arc<Notify>,
    /// Whoever holds it writes, so that who waits for all views waits also for those that are just being written.
    writing: AsyncMutex<()>,
}

/// Why views are not written.
enum Unwritten {
    /// They can be later.
    Yet(String),
    /// They never can be, or some of them.
    Ever(String),
    /// They may have been when the connection broke. To count none twice is the smaller harm.
    Perhaps(String),
}

impl Views {
    /// Writes them over `pool`. A statement takes at most `longest`.
    pub fn new(pool: Pool, longest: Duration) -> Self {
        Self { pool, longest, sums: Mutex::default(), is_something: Arc::default(), writing: AsyncMutex::default() }
    }

    /// Counts a view.
    pub(super) fn count(&self, viewed: Viewed, count: ViewCount) {
        self.add(viewed, count);
        self.is_something.notify_one();
    }

    /// Writes the views as they come, for as long as somebody has these.
    pub fn keep_written(self: &Arc<Self>) {
        let (views, is_something) = (Arc::downgrade(self), Arc::clone(&self.is_something));
        tokio::spawn(async move {
            loop {
                is_something.notified().await;
                sleep(ADDED_UP_FOR).await;
                let Some(views) = views.upgrade() else { return };
                views.write().await;
            }
        });
    }

    /// Writes all views that have been counted by now, as far as Postgres takes them. Returns how many are left.
    pub async fn write(&self) -> i64 {
        let _writing = self.writing.lock().await;
        let sums: Vec<_> = mem::take(&mut *self.sums()).into_iter().collect();
        let mut rest: Vec<&[_]> = sums.chunks(MOST).collect();
        while let Some(together) = rest.pop() {
            match self.write_together(together).await {
                Ok(()) => {}
                Err(Unwritten::Yet(error)) => {
                    tracing::debug!(%error, "views are written later");
                    rest.push(together);
                    break;
                }
                Err(Unwritten::Ever(_)) if together.len() > 1 => {
                    let (one, other) = together.split_at(together.len() / 2);
                    rest.extend([one, other]);
                }
                Err(Unwritten::Ever(error)) => tracing::error!(%error, ?together, "views are refused and lost"),
                Err(Unwritten::Perhaps(error)) => {
                    tracing::warn!(%error, sums = together.len(), "views of a second may be lost");
                    break;
                }
            }
        }
        self.put_back(rest.into_iter().flatten());
        self.sums().values().map(|count| count.views).sum()
    }

    async fn write_together(&self, sums: &[(Viewed, ViewCount)]) -> Result<(), Unwritten> {
        let mut conn = self.pool.get().await.map_err(|error| Unwritten::Yet(error.to_string()))?;
        // A connection that has ended before is no reason to lose views.
        let pinged = timeout(self.longest, schema::ping(&mut conn)).await;
        if !matches!(pinged, Ok(Ok(()))) {
            conn.close();
            return Err(Unwritten::Yet("the connection has ended".to_owned()));
        }
        match timeout(self.longest, statistics::count_views(&mut conn, sums)).await {
            Ok(Ok(locked)) => {
                self.put_back(sums.iter().filter(|(viewed, _)| locked.contains(&viewed.link)));
                Ok(())
            }
            Ok(Err(error)) if schema::is_out_of_range(&error) => Err(Unwritten::Ever(error.to_string())),
            Ok(Err(error)) if schema::is_refusal(&error) => {
                // The server may have become one that only reads.
                conn.close();
                Err(Unwritten::Yet(error.to_string()))
            }
            Ok(Err(error)) => Err(Unwritten::Perhaps(error.to_string())),
            Err(_) => {
                conn.close();
                Err(Unwritten::Perhaps("Postgres does not answer".to_owned()))
            }
        }
    }

    fn put_back<'a>(&self, sums: impl Iterator<Item = &'a (Viewed, ViewCount)>) {
        for (viewed, count) in sums {
            self.add(*viewed, *count);
            self.is_something.notify_one();
        }
    }

    fn add(&self, viewed: Viewed, count: ViewCount) {
        self.sums().entry(viewed).and_modify(|all| all.add(count)).or_insert(count);
    }

    fn sums(&self) -> MutexGuard<'_, HashMap<Viewed, ViewCount>> {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the task that writes.
impl Drop for Views {
    fn drop(&mut self) {
        self.is_something.notify_one();
    }
}
