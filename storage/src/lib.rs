//! Blobs: the bytes of originals, attachments and proxies.
//!
//! Only `Blob::path` builds keys. A blob is written once under a new id and never changes, so that its id can be its
//! ETag. A blob without a row in Postgres is garbage.

mod error;
mod free_space;
mod garbage;
mod probe;
mod proxy_cache;
mod read;
mod write;

pub use error::StorageError;
pub use read::{Body, INLINE_BYTES};
pub use write::{FileWriter, StoredFile, StoredProxy};

use domain::FileId;
use proxy_cache::ProxyCache;

use object_store::{ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path as Key};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Names a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blob {
    /// An uploaded file: an original or an attachment.
    File(FileId),
    /// A proxy that was made from an original.
    Proxy(FileId),
}

impl Blob {
    /// The blob's key. Its folder is named by the last digits of the id, which are random, so that folders fill evenly.
    fn path(self) -> Key {
        let (area, id) = match self {
            Self::File(id) => (Area::Files, id),
            Self::Proxy(id) => (Area::Proxies, id),
        };
        let text = id.uuid().simple().to_string();
        Key::from(format!("{}/{}/{text}", area.folder(), &text[30..]))
    }
}

/// The folder of one kind of blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// [`Blob::File`].
    Files,
    /// [`Blob::Proxy`].
    Proxies,
}

impl Area {
    /// The blob of this id.
    pub const fn blob(self, id: FileId) -> Blob {
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

/// Stores blobs. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    cache: Arc<ProxyCache>,
    folder: Arc<Path>,
}

impl Storage {
    /// Stores blobs in a folder, which is created if it does not exist.
    pub fn local(folder: &Path) -> Result<Self, StorageError> {
        let unusable = |error: std::io::Error| StorageError::Folder(folder.to_owned(), error);
        std::fs::create_dir_all(folder.join(Area::Files.folder())).map_err(unusable)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), cache: Arc::new(ProxyCache::default()), folder: folder.into() })
    }

    /// Fails if the folder is missing or empty, as when a disk is not mounted.
    pub async fn check(&self) -> Result<(), StorageError> {
        let files = self.folder.join(Area::Files.folder());
        tokio::fs::metadata(&files).await.map(drop).map_err(|error| StorageError::Folder(files, error))
    }

    /// Begins to write an uploaded file.
    pub async fn begin_file(&self) -> Result<FileWriter, StorageError> {
        self.begin(Area::Files).await
    }

    /// Begins to write a proxy that is too large for memory.
    pub async fn begin_proxy(&self) -> Result<FileWriter, StorageError> {
        self.begin(Area::Proxies).await
    }

    async fn begin(&self, area: Area) -> Result<FileWriter, StorageError> {
        let id = FileId::new();
        let upload = self.store.put_multipart(&area.blob(id).path()).await?;
        Ok(FileWriter::new(id, upload))
    }

    /// The path of a blob's file, for programs that read files. They must not change the file.
    pub fn local_path(&self, blob: Blob) -> PathBuf {
        self.folder.join(blob.path().as_ref())
    }

    /// Writes a proxy that is in memory.
    pub async fn put_proxy(&self, bytes: bytes::Bytes) -> Result<StoredProxy, StorageError> {
        let (id, crc32, byte_size) = (FileId::new(), crc32fast::hash(&bytes), bytes.len() as u64);
        self.store.put(&Blob::Proxy(id).path(), PutPayload::from_bytes(bytes)).await?;
        Ok(StoredProxy { id, byte_size, crc32 })
    }

    /// Deletes a blob; a missing blob is no error.
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
