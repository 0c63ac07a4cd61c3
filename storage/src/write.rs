//! Writes files: bytes are hashed and written as they arrive, so that memory use does not depend on a file's size.
//!
//! The CRC-32 is computed beside the SHA-256, because an archive tells it before the bytes of a file.

use crate::{Backend, Blob, Storage, StorageError, bucket};
use bytes::Bytes;
use domain::FileId;
use object_store::{ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt};

/// How many bytes are collected before they are written to a folder.
const CHUNK_BYTES: usize = 8 * 1024 * 1024;

/// How many bytes [`FileWriter::copy`] reads at a time.
const PIECE_BYTES: usize = 256 * 1024;

/// How many chunks may be written at the same time. With the chunk that is being filled, this limits memory use.
const CHUNKS_UNDER_WAY: usize = 1;

/// A file that is being written. If it is dropped before [`FileWriter::finish`], it is deleted.
pub struct FileWriter {
    id: FileId,
    upload: Upload,
    sha256: Sha256,
    crc32: crc32fast::Hasher,
    byte_size: u64,
    head: Vec<u8>,
}

/// Where the bytes go.
enum Upload {
    Folder(WriteMultipart),
    Bucket(bucket::Upload),
}

/// A file that was written completely. It is garbage until a row refers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// The id of its blob: [`crate::Blob::File`], or the proxy that [`crate::Storage::begin_proxy`] began.
    pub id: FileId,
    /// In bytes.
    pub byte_size: u64,
    /// The SHA-256 of the whole file.
    pub sha256: [u8; 32],
    /// The CRC-32 of the whole file, as in ZIP archives.
    pub crc32: u32,
    /// The first bytes, as many as [`domain::media::sniff`] needs.
    pub head: Vec<u8>,
}

/// A proxy that was written completely. It is garbage until a row refers to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredProxy {
    /// The id of its blob, [`crate::Blob::Proxy`].
    pub id: FileId,
    /// In bytes.
    pub byte_size: u64,
    /// The CRC-32 of all its bytes.
    pub crc32: u32,
}

impl From<StoredFile> for StoredProxy {
    fn from(file: StoredFile) -> Self {
        Self { id: file.id, byte_size: file.byte_size, crc32: file.crc32 }
    }
}

impl Storage {
    /// Begins to write a blob of a new id.
    pub(crate) async fn begin(&self, blob: Blob) -> Result<FileWriter, StorageError> {
        let (Blob::File(id) | Blob::Proxy(id)) = blob;
        let upload = match &self.backend {
            Backend::Folder(folder) => {
                let upload = folder.store.put_multipart(&blob.path()).await?;
                Upload::Folder(WriteMultipart::new_with_chunk_size(upload, CHUNK_BYTES))
            }
            Backend::Bucket(bucket) => Upload::Bucket(bucket::Upload::new(bucket.clone(), id, &blob.path())),
        };
        let (sha256, crc32) = (Sha256::new(), crc32fast::Hasher::new());
        Ok(FileWriter { id, upload, sha256, crc32, byte_size: 0, head: Vec::new() })
    }
}

impl FileWriter {
    /// Writes the next bytes.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), StorageError> {
        self.sha256.update(&bytes);
        self.crc32.update(&bytes);
        self.byte_size += bytes.len() as u64;
        let wanted = domain::media::HEAD_BYTES.saturating_sub(self.head.len());
        self.head.extend_from_slice(&bytes[..wanted.min(bytes.len())]);
        match &mut self.upload {
            Upload::Folder(upload) => {
                upload.wait_for_capacity(CHUNKS_UNDER_WAY).await?;
                upload.write(&bytes);
                Ok(())
            }
            Upload::Bucket(upload) => upload.write(&bytes).await,
        }
    }

    /// How many bytes were written so far.
    pub fn byte_size(&self) -> u64 {
        self.byte_size
    }

    /// Copies everything from a reader.
    pub async fn copy(&mut self, mut from: impl AsyncRead + Unpin) -> Result<(), StorageError> {
        loop {
            let mut piece = Vec::with_capacity(PIECE_BYTES);
            if (&mut from).take(PIECE_BYTES as u64).read_to_end(&mut piece).await? == 0 {
                return Ok(());
            }
            self.write(Bytes::from(piece)).await?;
        }
    }

    /// Deletes the unfinished file, and returns when it is deleted. Dropping the writer does the same, a little later.
    pub async fn abort(self) {
        match self.upload {
            Upload::Folder(upload) => {
                if let Err(error) = upload.abort().await {
                    tracing::warn!(%error, "an unfinished file could not be deleted; garbage collection deletes it");
                }
            }
            Upload::Bucket(upload) => upload.abort().await,
        }
    }

    /// Completes the file and makes it visible.
    pub async fn finish(self) -> Result<StoredFile, StorageError> {
        match self.upload {
            Upload::Folder(upload) => drop(upload.finish().await?),
            Upload::Bucket(upload) => upload.finish().await?,
        }
        Ok(StoredFile {
            id: self.id,
            byte_size: self.byte_size,
            sha256: self.sha256.finalize().into(),
            crc32: self.crc32.finalize(),
            head: self.head,
        })
    }
}
