//! Blobs: the bytes of originals, attachments and proxies.
//!
//! Every key is spelled in `Blob::path` and nowhere else. A blob is written once under a fresh id and never
//! changed, so its id can serve as an ETag, and a blob without a row is garbage whatever its key.

mod error;
mod free_space;
mod garbage;
mod proxy_cache;
mod read;
mod write;

pub use error::StorageError;
pub use read::{Body, INLINE_BYTES};
pub use write::{FileWriter, StoredFile};

use proxy_cache::ProxyCache;

use object_store::{ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path as Key};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};
use uuid::Uuid;

/// Names a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blob {
    /// What somebody gave us: an original or an attachment.
    File(Uuid),
    /// What we made from an original.
    Proxy(Uuid),
}

impl Blob {
    /// The blob's key. The last digits of an id are random, so that folders fill evenly.
    fn path(self) -> Key {
        let (area, id) = match self {
            Self::File(id) => (Area::Files, id),
            Self::Proxy(id) => (Area::Proxies, id),
        };
        let text = id.simple().to_string();
        Key::from(format!("{}/{}/{text}", area.folder(), &text[30..]))
    }
}

/// Where blobs of one sort are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// [`Blob::File`].
    Files,
    /// [`Blob::Proxy`].
    Proxies,
}

impl Area {
    /// The blob of this id.
    pub const fn blob(self, id: Uuid) -> Blob {
        match self {
            Self::Files => Blob::File(id),
            Self::Proxies => Blob::Proxy(id),
        }
    }

    const fn folder(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Proxies => "proxies",
        }
    }
}

/// Where blobs are kept. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    cache: Arc<ProxyCache>,
    folder: Arc<Path>,
}

impl Storage {
    /// Keeps blobs in a folder, which is made if it is missing.
    pub fn local(folder: &Path) -> Result<Self, StorageError> {
        let unusable = |error: std::io::Error| StorageError::Folder(folder.to_owned(), error);
        std::fs::create_dir_all(folder.join(Area::Files.folder())).map_err(unusable)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), cache: Arc::new(ProxyCache::default()), folder: folder.into() })
    }

    /// Fails where the folder is gone, or empty as when a disk is not mounted.
    pub async fn check(&self) -> Result<(), StorageError> {
        let files = self.folder.join(Area::Files.folder());
        tokio::fs::metadata(&files).await.map(drop).map_err(|error| StorageError::Folder(files, error))
    }

    /// Begins to write a file that arrives piece by piece.
    pub async fn begin_file(&self) -> Result<FileWriter, StorageError> {
        self.begin(Area::Files).await
    }

    /// Begins to write a proxy that is too large to be held in memory.
    pub async fn begin_proxy(&self) -> Result<FileWriter, StorageError> {
        self.begin(Area::Proxies).await
    }

    async fn begin(&self, area: Area) -> Result<FileWriter, StorageError> {
        let id = Uuid::now_v7();
        let upload = self.store.put_multipart(&area.blob(id).path()).await?;
        Ok(FileWriter::new(id, upload))
    }

    /// Where a blob is as a file, for programs that read files. It must not be changed.
    pub fn local_path(&self, blob: Blob) -> PathBuf {
        self.folder.join(blob.path().as_ref())
    }

    /// Writes a proxy at once and returns its id.
    pub async fn put_proxy(&self, bytes: bytes::Bytes) -> Result<Uuid, StorageError> {
        let id = Uuid::now_v7();
        self.store.put(&Blob::Proxy(id).path(), PutPayload::from_bytes(bytes)).await?;
        Ok(id)
    }

    /// Removes a blob; one that is gone already is fine.
    pub async fn delete(&self, blob: Blob) -> Result<(), StorageError> {
        self.cache.remove(blob);
        match self.store.delete(&blob.path()).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl fmt::Debug for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Storage({})", self.store)
    }
}
