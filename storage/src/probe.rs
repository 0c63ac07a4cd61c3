//! Tries whether a storage can be used.

use crate::{Storage, StorageError};
use domain::{FileId, InstallationId};
use futures::TryStreamExt;
use object_store::{ObjectStoreExt, PutPayload, path::Path as Key};

/// What is written.
const BYTES: &[u8] = b"A probe of Vitrine. It may be deleted.";

impl Storage {
    /// Writes, reads, lists and deletes a small blob, and says what cannot be done.
    pub async fn probe(&self) -> Result<(), (&'static str, StorageError)> {
        let folder = Key::from("probes");
        let key = folder.clone().join(FileId::new().uuid().simple().to_string());
        let failed = |step| move |error: object_store::Error| (step, StorageError::from(error));
        let lost = |step| (step, StorageError::Missing);
        self.store.put(&key, PutPayload::from_static(BYTES)).await.map_err(failed("it cannot be written to"))?;
        let read = async { self.store.get(&key).await?.bytes().await };
        let read = read.await.map_err(failed("it cannot be read"))?;
        let listed: Vec<_> =
            self.store.list(Some(&folder)).try_collect().await.map_err(failed("it cannot be listed"))?;
        self.store.delete(&key).await.map_err(failed("nothing can be deleted in it"))?;
        if read != BYTES {
            return Err(lost("what is read is not what was written"));
        }
        if listed.iter().all(|found| found.location != key) {
            return Err(lost("what was written is not listed"));
        }
        Ok(())
    }

    /// Whether this storage belongs to this installation, or to none yet.
    pub async fn is_of(&self, installation: InstallationId) -> Result<bool, StorageError> {
        match self.store.get(&Key::from("installation")).await {
            Ok(found) => Ok(found.bytes().await?.as_ref() == installation.to_string().as_bytes()),
            Err(object_store::Error::NotFound { .. }) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }
}
