//! Tries whether a storage can be used.

use crate::{Storage, StorageError};
use domain::FileId;
use futures::TryStreamExt;
use object_store::{PutPayload, path::Path as Key};

/// What is written.
const BYTES: &[u8] = b"A probe of Vitrine. It may be deleted.";

impl Storage {
    /// Writes, reads, lists and deletes a small blob, and says what cannot be done.
    pub async fn probe(&self) -> Result<(), (&'static str, StorageError)> {
        let folder = Key::from("probes");
        let key = folder.clone().join(FileId::new().uuid().simple().to_string());
        let failed = |step| move |error| (step, error);
        self.put_at(&key, PutPayload::from_static(BYTES)).await.map_err(failed("it cannot be written to"))?;
        let read = self.read_at(&key).await.map_err(failed("it cannot be read"))?;
        let listed: Vec<_> = self.list_below(&folder).try_collect().await.map_err(failed("it cannot be listed"))?;
        self.delete_at(&key).await.map_err(failed("nothing can be deleted in it"))?;
        // The keys of a bucket begin with its prefix.
        let is_listed = listed.iter().any(|found| found.location.filename() == key.filename());
        match (read == BYTES, is_listed) {
            (true, true) => Ok(()),
            (false, _) => Err(("what is read is not what was written", StorageError::Missing)),
            (true, false) => Err(("what was written is not listed", StorageError::Missing)),
        }
    }
}
