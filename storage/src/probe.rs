//! Tries whether a storage can be used.

use crate::{Backend, Storage, StorageError};
use bytes::Bytes;
use domain::FileId;
use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, path::Path as Key};

/// What is written.
const BYTES: &[u8] = b"A probe of Vitrine. It may be deleted.";

impl Storage {
    /// Writes, reads, lists and deletes a small blob, and says what cannot be done.
    pub async fn probe(&self) -> Result<(), (&'static str, StorageError)> {
        let folder = Key::from("probes");
        let key = folder.clone().join(FileId::new().uuid().simple().to_string());
        let failed = |step| move |error| (step, error);
        self.put(&key).await.map_err(failed("it cannot be written to"))?;
        let read = self.read_key(&key).await.map_err(failed("it cannot be read"))?;
        let listed = self.has_listed(&folder, &key).await.map_err(failed("it cannot be listed"))?;
        self.delete_key(&key).await.map_err(failed("nothing can be deleted in it"))?;
        match (read == BYTES, listed) {
            (true, true) => Ok(()),
            (false, _) => Err(("what is read is not what was written", StorageError::Missing)),
            (true, false) => Err(("what was written is not listed", StorageError::Missing)),
        }
    }

    async fn put(&self, key: &Key) -> Result<(), StorageError> {
        let payload = PutPayload::from_static(BYTES);
        match &self.backend {
            Backend::Folder(folder) => Ok(folder.store.put(key, payload).await.map(drop)?),
            Backend::Bucket(bucket) => bucket.put(key, payload).await,
        }
    }

    async fn read_key(&self, key: &Key) -> Result<Bytes, StorageError> {
        match &self.backend {
            Backend::Folder(folder) => Ok(folder.store.get(key).await?.bytes().await?),
            Backend::Bucket(bucket) => bucket.read_whole(key).await,
        }
    }

    async fn has_listed(&self, below: &Key, key: &Key) -> Result<bool, StorageError> {
        let found: Vec<_> = match &self.backend {
            Backend::Folder(folder) => folder.store.list(Some(below)).try_collect().await?,
            Backend::Bucket(bucket) => bucket.list(below).try_collect().await?,
        };
        // The keys of a bucket begin with its prefix.
        Ok(found.iter().any(|found| found.location.filename() == key.filename()))
    }

    async fn delete_key(&self, key: &Key) -> Result<(), StorageError> {
        match &self.backend {
            Backend::Folder(folder) => Ok(folder.store.delete(key).await?),
            Backend::Bucket(bucket) => bucket.delete(key).await,
        }
    }
}
