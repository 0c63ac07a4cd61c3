//! Finds what may be garbage: blobs by their age, and files whose upload was never finished.

use crate::{Area, Backend, Storage, StorageError};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::{FileId, InstallationId};
use futures::{Stream, StreamExt, TryStreamExt};
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, path::Path as Key};
use std::time::SystemTime;

/// The key of the id of the installation whose blobs these are.
const OWNER: &str = "installation";

impl Storage {
    /// Whether this storage belongs to this installation. The first installation that asks becomes its owner.
    pub async fn belongs_to(&self, installation: InstallationId) -> Result<bool, StorageError> {
        let text = installation.to_string();
        Ok(self.keep_owner(text.clone()).await? == text.as_bytes())
    }

    /// The installation that this storage belongs to, as text; none, if none has asked yet.
    pub async fn owner(&self) -> Result<Option<Bytes>, StorageError> {
        match self.read_at(&Key::from(OWNER)).await {
            Ok(text) => Ok(Some(text)),
            Err(StorageError::Missing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes this the owner, unless there is one; returns the one that there is.
    pub async fn keep_owner(&self, text: String) -> Result<Bytes, StorageError> {
        let key = Key::from(OWNER);
        let folder = match &self.backend {
            Backend::Folder(folder) => folder,
            Backend::Bucket(bucket) => return bucket.keep_first(&key, text).await,
        };
        let options = PutOptions::from(PutMode::Create);
        match folder.store.put_opts(&key, PutPayload::from(text), options).await {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(folder.store.get(&key).await?.bytes().await?),
            Err(error) => Err(error.into()),
        }
    }

    /// The ids of all blobs that were surely completed before this time.
    pub fn older(&self, area: Area, before: DateTime<Utc>) -> impl Stream<Item = Result<FileId, StorageError>> + Unpin {
        let before = match &self.backend {
            Backend::Folder(_) => before,
            Backend::Bucket(bucket) => before - bucket.longest_upload,
        };
        let old = move |found: ObjectMeta| (found.last_modified < before).then(|| id(&found.location)).flatten();
        self.list(area).try_filter_map(move |found| std::future::ready(Ok(old(found)))).boxed()
    }

    /// Everything in an area. A bucket is asked for one page after the other.
    pub(crate) fn list(&self, area: Area) -> impl Stream<Item = Result<ObjectMeta, StorageError>> + Unpin + use<> {
        self.list_below(&Key::from(area.folder()))
    }

    pub(crate) fn list_below(&self, key: &Key) -> impl Stream<Item = Result<ObjectMeta, StorageError>> + Unpin + use<> {
        match &self.backend {
            Backend::Folder(folder) => folder.store.list(Some(key)).map_err(StorageError::from).boxed(),
            Backend::Bucket(bucket) => bucket.list(key).boxed(),
        }
    }

    /// Deletes unfinished files that nobody has written to since `before`, and returns how many. Killed processes leave
    /// them.
    pub async fn delete_unfinished(&self, before: DateTime<Utc>) -> Result<usize, StorageError> {
        match &self.backend {
            Backend::Folder(folder) => folder.delete_unfinished(SystemTime::from(before)).await,
            Backend::Bucket(bucket) => bucket.delete_unfinished(before).await,
        }
    }
}

/// The id of the blob with this key; none if the key is not one of ours.
pub(crate) fn id(key: &Key) -> Option<FileId> {
    key.filename()?.parse().ok()
}
