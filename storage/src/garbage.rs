//! Finds what may be garbage: blobs by their age, and files whose upload was never finished.

use crate::{Area, Storage, StorageError};
use chrono::{DateTime, Utc};
use domain::{FileId, InstallationId};
use futures::{Stream, StreamExt, TryStreamExt};
use object_store::{ObjectMeta, ObjectStoreExt, PutMode, PutOptions, PutPayload, path::Path as Key};
use std::{fs, io, path::Path, time::SystemTime};

impl Storage {
    /// Whether this storage belongs to this installation. The first installation that asks becomes its owner.
    pub async fn belongs_to(&self, installation: InstallationId) -> Result<bool, StorageError> {
        let (key, text) = (Key::from("installation"), installation.to_string());
        let options = PutOptions::from(PutMode::Create);
        match self.store.put_opts(&key, PutPayload::from(text.clone()), options).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => {
                Ok(self.store.get(&key).await?.bytes().await?.as_ref() == text.as_bytes())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The ids of all blobs that were last written before this time.
    pub fn older(&self, area: Area, before: DateTime<Utc>) -> impl Stream<Item = Result<FileId, StorageError>> + Unpin {
        let old = move |found: ObjectMeta| (found.last_modified < before).then(|| id(&found.location)).flatten();
        self.store
            .list(Some(&Key::from(area.folder())))
            .map_err(StorageError::from)
            .try_filter_map(move |found| std::future::ready(Ok(old(found))))
            .boxed()
    }

    /// Deletes unfinished files that nobody has written to since `before`, and returns how many. Killed processes leave
    /// them.
    pub async fn delete_unfinished(&self, before: DateTime<Utc>) -> Result<usize, StorageError> {
        let (folder, before) = (self.folder.clone(), SystemTime::from(before));
        let unusable = |error| StorageError::Folder(self.folder.to_path_buf(), error);
        let deleted = tokio::task::spawn_blocking(move || delete_parts(&folder, before)).await;
        deleted.map_err(io::Error::other).flatten().map_err(unusable)
    }
}

/// The id of the blob with this key; none if the key is not one of ours.
fn id(key: &Key) -> Option<FileId> {
    key.filename()?.parse().ok()
}

/// Deletes old unfinished files below a folder. The local store marks them with a suffix such as `#1`.
fn delete_parts(folder: &Path, before: SystemTime) -> io::Result<usize> {
    let mut deleted = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = match entry.metadata() {
            // The file was finished or aborted in the meantime.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            about => about?,
        };
        if about.is_dir() {
            deleted += delete_parts(&entry.path(), before)?;
        } else if is_part(&entry.file_name().to_string_lossy()) && about.modified()? < before {
            fs::remove_file(entry.path())?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

fn is_part(name: &str) -> bool {
    name.rsplit_once('#').is_some_and(|(_, end)| !end.is_empty() && end.bytes().all(|digit| digit.is_ascii_digit()))
}
