//! The markers of uploads in parts, and the end of those whose process was killed.
//!
//! The object `unfinished/<id>` holds the key and the upload id. It is written before the first part, and deleted after the
//! upload is completed or aborted.

use super::{Bucket, refusal};
use crate::{StorageError, garbage::id};
use chrono::{DateTime, Utc};
use domain::FileId;
use futures::TryStreamExt;
use object_store::{MultipartId, ObjectStoreExt, multipart::MultipartStore, path::Path as Key};

const FOLDER: &str = "unfinished";

fn marker(id: FileId) -> Key {
    Key::from(format!("{FOLDER}/{}", id.uuid().simple()))
}

impl Bucket {
    /// Notes that an upload to this key, with the prefix of the bucket, has begun or goes on.
    pub(super) async fn mark(&self, id: FileId, key: &Key, upload: &MultipartId) -> Result<(), StorageError> {
        self.put(&marker(id), format!("{key}\n{upload}").into()).await
    }

    /// Notes that an upload has ended. What this cannot delete is deleted later.
    pub(super) async fn unmark(&self, id: FileId) {
        match self.delete(&marker(id)).await {
            Ok(()) | Err(StorageError::Missing) => {}
            Err(error) => tracing::warn!(%error, "the marker of an upload stays; garbage collection deletes it"),
        }
    }

    /// Aborts an upload; one that S3 does not know is no error.
    pub(super) async fn abort(&self, key: &Key, upload: &MultipartId) -> Result<(), StorageError> {
        match self.reader.abort_multipart(key, upload).await.map_err(refusal::of) {
            Ok(()) | Err(StorageError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Aborts the uploads that were last marked before this time, and returns how many.
    pub(crate) async fn delete_unfinished(&self, before: DateTime<Utc>) -> Result<usize, StorageError> {
        let mut deleted = 0;
        let mut markers = std::pin::pin!(self.list(&Key::from(FOLDER)));
        while let Some(found) = markers.try_next().await? {
            let Some(id) = id(&found.location).filter(|_| found.last_modified < before) else { continue };
            let text = self.reader.get(&found.location).await.map_err(refusal::of);
            let text = match text {
                Ok(found) => found.bytes().await.map_err(refusal::of)?,
                // The upload has ended in the meantime.
                Err(StorageError::Missing) => continue,
                Err(error) => return Err(error),
            };
            if let Some((key, upload)) = std::str::from_utf8(&text).ok().and_then(|text| text.split_once('\n')) {
                self.abort(&Key::from(key), &upload.to_owned()).await?;
                deleted += 1;
            }
            self.unmark(id).await;
        }
        Ok(deleted)
    }
}
