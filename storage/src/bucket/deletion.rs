//! Deletes many objects with few requests.
//!
//! S3 deletes up to a thousand objects at a request, and says which of them it did not delete. Each of these is then deleted by
//! a request of its own, and only the errors of such requests are errors. So it does no harm where a server does not know how
//! to delete several objects, or fails at it.

use super::{Bucket, refusal};
use crate::StorageError;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::{ObjectStore, ObjectStoreExt, path::Path as Key};
use std::{collections::HashSet, sync::atomic::Ordering};

/// How many objects S3 deletes at a request.
const MOST_KEYS: usize = 1_000;

/// How many objects are deleted at a time by requests of their own.
const AT_A_TIME: usize = 20;

impl Bucket {
    /// Deletes these objects; a missing one is no error. After an error, some of them are there still.
    pub(crate) async fn delete_all(&self, keys: &[Key]) -> Result<(), StorageError> {
        for some in keys.chunks(MOST_KEYS) {
            let left = self.delete_together(some.iter().map(|key| self.key(key)).collect()).await;
            let deletions = stream::iter(left).map(|key| async move { self.delete_full(&key).await });
            deletions.buffer_unordered(AT_A_TIME).try_collect::<()>().await?;
        }
        Ok(())
    }

    /// Deletes objects by one request, and returns the keys of those that may still be there.
    async fn delete_together(&self, mut keys: HashSet<Key>) -> HashSet<Key> {
        if keys.len() < 2 || self.deletes_singly.load(Ordering::Relaxed) {
            return keys;
        }
        let wanted: Vec<_> = keys.iter().cloned().map(Ok).collect();
        let mut answers = self.bulk.delete_stream(stream::iter(wanted).boxed());
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(key) => drop(keys.remove(&key)),
                Err(error) if refusal::is_not_implemented(&error) => {
                    tracing::warn!(%error, "S3 cannot delete several objects at a time; they are deleted one by one");
                    self.deletes_singly.store(true, Ordering::Relaxed);
                }
                Err(error) => tracing::debug!(%error, "not deleted together with others"),
            }
        }
        keys
    }

    async fn delete_full(&self, key: &Key) -> Result<(), StorageError> {
        match self.reader.delete(key).await.map_err(refusal::of) {
            Ok(()) | Err(StorageError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
