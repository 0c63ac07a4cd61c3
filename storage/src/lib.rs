//! Blobs: the bytes of originals, attachments and proxies, in a folder or in a bucket of S3.
//!
//! Only `Blob::path` builds keys. A blob is written once under a new id and never changes, so that its id can be its
//! ETag. A blob without a row in Postgres is garbage.

mod address;
mod bucket;
mod copy;
mod error;
mod folder;
mod garbage;
mod local_file;
mod place;
mod probe;
mod proxy_cache;
mod read;
mod write;

pub use address::SavedAs;
pub use bucket::{Credentials, S3Options};
pub use copy::CopyError;
pub use error::StorageError;
pub use local_file::LocalFile;
pub use place::{InvalidPlace, Place};
pub use read::{Body, INLINE_BYTES};
pub use write::{FileWriter, StoredFile, StoredProxy};

use bytes::Bytes;
use domain::FileId;
use proxy_cache::ProxyCache;

use bucket::Bucket;
use folder::Folder;
use object_store::{ObjectStoreExt, PutPayload, path::Path as Key};
use std::{fmt, path::Path, sync::Arc};

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

    /// Where the blob is below the place of the storage.
    pub fn key(self) -> String {
        self.path().into()
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
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Files, Self::Proxies];

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
    backend: Backend,
    cache: Arc<ProxyCache>,
}

/// What keeps the blobs.
#[derive(Clone)]
enum Backend {
    Folder(Folder),
    Bucket(Bucket),
}

impl Storage {
    /// Stores blobs at this place. A folder is created if it does not exist; of a bucket, nothing is asked yet.
    pub fn open(place: &Place, options: &S3Options) -> Result<Self, StorageError> {
        let backend = match place {
            Place::Folder(folder) => Backend::Folder(Folder::open(folder)?),
            Place::Bucket { name, prefix } => Backend::Bucket(Bucket::open(name, prefix, options)?),
        };
        Ok(Self { backend, cache: Arc::new(ProxyCache::default()) })
    }

    /// Stores blobs in a folder, which is created if it does not exist.
    pub fn local(folder: &Path) -> Result<Self, StorageError> {
        Self::open(&Place::Folder(folder.to_owned()), &S3Options::default())
    }

    /// Fails if the storage is away: the folder is missing or empty, as when a disk is not mounted, or the bucket does not
    /// answer.
    pub async fn check(&self) -> Result<(), StorageError> {
        match &self.backend {
            Backend::Folder(folder) => folder.check().await,
            Backend::Bucket(bucket) => bucket.check().await,
        }
    }

    /// Fails with [`StorageError::Full`] if less than `spare` bytes would be free after `wanted` more bytes. A bucket has
    /// room for everything.
    pub async fn check_free_space(&self, wanted: u64, spare: u64) -> Result<(), StorageError> {
        match &self.backend {
            Backend::Folder(folder) => folder.check_free_space(wanted, spare).await,
            Backend::Bucket(_) => Ok(()),
        }
    }

    /// Begins to write an uploaded file.
    pub async fn begin_file(&self) -> Result<FileWriter, StorageError> {
        self.begin(Area::Files.blob(FileId::new())).await
    }

    /// Begins to write a proxy that is too large for memory.
    pub async fn begin_proxy(&self) -> Result<FileWriter, StorageError> {
        self.begin(Area::Proxies.blob(FileId::new())).await
    }

    /// Writes a proxy that is in memory.
    pub async fn put_proxy(&self, bytes: Bytes) -> Result<StoredProxy, StorageError> {
        let (id, crc32, byte_size) = (FileId::new(), crc32fast::hash(&bytes), bytes.len() as u64);
        self.put_at(&Blob::Proxy(id).path(), PutPayload::from_bytes(bytes)).await?;
        Ok(StoredProxy { id, byte_size, crc32 })
    }

    /// Whether a blob is there.
    pub async fn has(&self, blob: Blob) -> Result<bool, StorageError> {
        let key = blob.path();
        let found = match &self.backend {
            Backend::Folder(folder) => folder.store.head(&key).await.map(drop).map_err(StorageError::from),
            Backend::Bucket(bucket) => bucket.head(&key).await,
        };
        match found {
            Ok(()) => Ok(true),
            Err(StorageError::Missing) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Deletes a blob; a missing blob is no error.
    pub async fn delete(&self, blob: Blob) -> Result<(), StorageError> {
        self.cache.remove(blob);
        match self.delete_at(&blob.path()).await {
            Ok(()) | Err(StorageError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Deletes blobs; missing blobs are no error. A bucket is asked for many at a time. After an error, some of them are there
    /// still.
    pub async fn delete_all(&self, blobs: impl IntoIterator<Item = Blob>) -> Result<(), StorageError> {
        let blobs: Vec<Blob> = blobs.into_iter().collect();
        let Backend::Bucket(bucket) = &self.backend else {
            for blob in blobs {
                self.delete(blob).await?;
            }
            return Ok(());
        };
        let mut keys = Vec::with_capacity(blobs.len());
        for blob in blobs {
            self.cache.remove(blob);
            keys.push(blob.path());
        }
        bucket.delete_all(&keys).await
    }

    async fn put_at(&self, key: &Key, payload: PutPayload) -> Result<(), StorageError> {
        match &self.backend {
            Backend::Folder(folder) => Ok(folder.store.put(key, payload).await.map(drop)?),
            Backend::Bucket(bucket) => bucket.put(key, payload).await,
        }
    }

    async fn read_at(&self, key: &Key) -> Result<Bytes, StorageError> {
        match &self.backend {
            Backend::Folder(folder) => Ok(folder.store.get(key).await?.bytes().await?),
            Backend::Bucket(bucket) => bucket.read_whole(key).await,
        }
    }

    async fn delete_at(&self, key: &Key) -> Result<(), StorageError> {
        match &self.backend {
            Backend::Folder(folder) => Ok(folder.store.delete(key).await?),
            Backend::Bucket(bucket) => bucket.delete(key).await,
        }
    }
}

impl fmt::Debug for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.backend {
            Backend::Folder(folder) => write!(f, "Storage({})", folder.path.display()),
            Backend::Bucket(bucket) => write!(f, "Storage({bucket})"),
        }
    }
}
