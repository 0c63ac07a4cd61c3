//! Batches: what several resolvers ask for is loaded together.

use app::Error;
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

/// What a batch loads: the value of each id that has one.
pub(super) type Found<Id, V> = Result<HashMap<Id, V>, Error>;

type PendingBatch<Id, V> = Vec<(Id, oneshot::Sender<Result<Option<V>, Error>>)>;

/// The resolvers that wait for the next batch, and what was loaded ahead of all of them.
pub(super) struct Batch<Id, V> {
    waiting: Arc<Mutex<PendingBatch<Id, V>>>,
    ahead: Arc<Mutex<HashMap<Id, V>>>,
}

impl<Id, V> Default for Batch<Id, V> {
    fn default() -> Self {
        Self { waiting: Arc::default(), ahead: Arc::default() }
    }
}

impl<Id, V> Clone for Batch<Id, V> {
    fn clone(&self) -> Self {
        Self { waiting: Arc::clone(&self.waiting), ahead: Arc::clone(&self.ahead) }
    }
}

impl<Id: Copy + Ord + Hash + Send + Sync + 'static, V: Clone + Send + 'static> Batch<Id, V> {
    /// Loads `id` together with all ids that other resolvers ask for before the executor runs the spawned task. The
    /// first resolver spawns the task.
    pub(super) async fn load<F, L>(&self, id: Id, load: L) -> Result<Option<V>, Error>
    where
        F: Future<Output = Found<Id, V>> + Send,
        L: FnOnce(Vec<Id>) -> F + Send + 'static,
    {
        if let Some(value) = self.ahead().get(&id) {
            return Ok(Some(value.clone()));
        }
        let (answer, answered) = oneshot::channel();
        let is_first = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.push((id, answer));
            waiting.len() == 1
        };
        if is_first {
            let waiting = Arc::clone(&self.waiting);
            tokio::spawn(async move {
                let waiting = std::mem::take(&mut *waiting.lock().unwrap_or_else(PoisonError::into_inner));
                let mut ids: Vec<Id> = waiting.iter().map(|(id, _)| *id).collect();
                distinct(&mut ids);
                let all_different = ids.len() == waiting.len();
                let mut found = load(ids).await;
                for (id, answer) in waiting {
                    let value = match &mut found {
                        Ok(found) if all_different => Ok(found.remove(&id)),
                        Ok(found) => Ok(found.get(&id).cloned()),
                        Err(error) => Err(error.clone()),
                    };
                    // The resolver may have been dropped.
                    let _ = answer.send(value);
                }
            });
        }
        // Tokio lets a task do only so much before others run. Without this, the resolvers of a long page would go on in
        // several steps, and each step would ask for a batch of its own.
        tokio::task::unconstrained(answered).await.map_err(Error::internal)?
    }

    /// Which of these ids were not loaded ahead, each once.
    pub(super) fn missing(&self, ids: impl Iterator<Item = Id>) -> Vec<Id> {
        let ahead = self.ahead();
        let mut ids: Vec<Id> = ids.filter(|id| !ahead.contains_key(id)).collect();
        distinct(&mut ids);
        ids
    }

    /// Keeps what was loaded before resolvers ask for it.
    pub(super) fn keep(&self, found: HashMap<Id, V>) {
        self.ahead().extend(found);
    }

    fn ahead(&self) -> MutexGuard<'_, HashMap<Id, V>> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn distinct<Id: Ord>(ids: &mut Vec<Id>) {
    ids.sort_unstable();
    ids.dedup();
}

/// A batch for each set of arguments: the nodes of a page ask for the same field with the same arguments.
pub(super) struct Batches<Args, Id, V>(Mutex<HashMap<Args, Batch<Id, V>>>);

impl<Args, Id, V> Default for Batches<Args, Id, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<Args: Clone + Eq + Hash, Id, V> Batches<Args, Id, V> {
    /// The batch of these arguments.
    pub(super) fn of(&self, args: &Args) -> Batch<Id, V> {
        let mut batches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(batch) = batches.get(args) {
            return batch.clone();
        }
        batches.entry(args.clone()).or_default().clone()
    }
}
