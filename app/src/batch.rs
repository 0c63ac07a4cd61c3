//! Loads what many requests ask for at the same time by one statement.
//!
//! A page shows dozens of pictures, which a browser requests together; a statement for each would be most of the work.
//! A request that comes while nothing is being loaded is loaded at once. Requests that come meanwhile wait until that is
//! done, and are then loaded together. So nobody gets what was read before they asked, and nobody waits for others to
//! come.
//!
//! Threads do not wait for each other: what one loads is handed over without waking another, and a thread that ends with
//! the server, while others still answer, takes no work of theirs along.

use crate::Error;
use futures::future::BoxFuture;
use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use thread_local::ThreadLocal;
use tokio::sync::oneshot;

/// The most requests that are loaded together.
const MOST: usize = 100;

/// Loads values by keys: as many values as keys, in their order.
type Load<K, V> = dyn Fn(Vec<K>) -> BoxFuture<'static, Result<Vec<V>, Error>> + Send + Sync;

/// Loads values by keys, of the many callers of a thread together.
pub(crate) struct Batches<K: Send, V: Send> {
    load: Arc<Load<K, V>>,
    of_threads: ThreadLocal<Batch<K, V>>,
}

impl<K: Clone + Send + 'static, V: Send + 'static> Batches<K, V> {
    /// `load` returns as many values as keys, in their order.
    pub(crate) fn new(
        load: impl Fn(Vec<K>) -> BoxFuture<'static, Result<Vec<V>, Error>> + Send + Sync + 'static,
    ) -> Self {
        Self { load: Arc::new(load), of_threads: ThreadLocal::new() }
    }

    /// The value of a key. Where Postgres is away, it is away for all that were loaded together; another failure, as of a row
    /// that this version of the program cannot read, is that of whoever asked for it.
    pub(crate) async fn load(&self, key: K) -> Result<V, Error> {
        self.of_threads.get_or(|| Batch::new(Arc::clone(&self.load))).load(key).await
    }
}

/// What the callers of one thread want.
struct Batch<K, V> {
    inner: Arc<Inner<K, V>>,
}

struct Inner<K, V> {
    load: Arc<Load<K, V>>,
    queue: Mutex<Queue<K, V>>,
}

struct Queue<K, V> {
    waiting: Vec<(K, oneshot::Sender<Result<V, Error>>)>,
    /// Whether a task loads what waits.
    is_running: bool,
}

impl<K: Clone + Send + 'static, V: Send + 'static> Batch<K, V> {
    fn new(load: Arc<Load<K, V>>) -> Self {
        let queue = Mutex::new(Queue { waiting: Vec::new(), is_running: false });
        Self { inner: Arc::new(Inner { load, queue }) }
    }

    async fn load(&self, key: K) -> Result<V, Error> {
        let (sender, receiver) = oneshot::channel();
        let is_first = {
            let mut queue = self.inner.queue();
            queue.waiting.push((key, sender));
            !mem::replace(&mut queue.is_running, true)
        };
        if is_first {
            // A task of its own, because the request of this caller may be dropped at any time.
            tokio::spawn(Running { inner: Arc::clone(&self.inner), has_ended: false }.run());
        }
        receiver.await.unwrap_or_else(|_| Err(Error::internal("the task that loads for all has ended")))
    }
}

impl<K, V> Inner<K, V> {
    fn queue(&self) -> MutexGuard<'_, Queue<K, V>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task that loads.
struct Running<K, V> {
    inner: Arc<Inner<K, V>>,
    has_ended: bool,
}

/// If the task is dropped while it loads, those who wait get an error, and the next request starts another task.
impl<K, V> Drop for Running<K, V> {
    fn drop(&mut self) {
        if !self.has_ended {
            *self.inner.queue() = Queue { waiting: Vec::new(), is_running: false };
        }
    }
}

impl<K: Clone, V> Running<K, V> {
    async fn run(mut self) {
        // Requests that have come already are read before the statement begins.
        tokio::task::yield_now().await;
        while let Some((keys, senders)) = self.next() {
            // A caller who has gone needs nothing, so that it does not matter where an answer cannot be sent.
            match (self.inner.load)(keys.clone()).await {
                Ok(values) => {
                    for (sender, value) in senders.into_iter().zip(values) {
                        let _ = sender.send(Ok(value));
                    }
                }
                Err(Error::Internal(_)) if keys.len() > 1 => {
                    for (key, sender) in keys.into_iter().zip(senders) {
                        let value = (self.inner.load)(vec![key]).await.and_then(|mut values| {
                            values.pop().ok_or_else(|| Error::internal("a key without a value"))
                        });
                        let _ = sender.send(value);
                    }
                }
                Err(error) => {
                    for sender in senders {
                        let _ = sender.send(Err(error.clone()));
                    }
                }
            }
        }
    }

    /// What waits; none if nothing does, and then the next request starts another task.
    #[expect(clippy::type_complexity, reason = "keys and who waits for them")]
    fn next(&mut self) -> Option<(Vec<K>, Vec<oneshot::Sender<Result<V, Error>>>)> {
        let mut queue = self.inner.queue();
        let count = queue.waiting.len().min(MOST);
        queue.is_running = count > 0;
        self.has_ended = count == 0;
        (count > 0).then(|| queue.waiting.drain(..count).unzip())
    }
}
