//! Writing: bytes go to storage as they arrive and are hashed on the way, so that memory does not grow with size.

use crate::StorageError;
use bytes::Bytes;
use domain::FileId;
use object_store::{MultipartUpload, WriteMultipart};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt};

/// How much is collected before it is written.
const CHUNK_BYTES: usize = 8 * 1024 * 1024;

/// How much is read at a time of what is copied.
const PIECE_BYTES: usize = 256 * 1024;

/// How many chunks may be on their way at once; with the one being filled this bounds memory.
const CHUNKS_UNDER_WAY: usize = 1;

/// A file that is still arriving. Dropped before [`FileWriter::finish`], it leaves nothing.
pub struct FileWriter {
    id: FileId,
    upload: WriteMultipart,
    sha256: Sha256,
    byte_size: u64,
    head: Vec<u8>,
}

/// A file that has arrived whole. It belongs to nothing until a row names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Names its blob: [`crate::Blob::File`], or what [`crate::Storage::begin_proxy`] began.
    pub id: FileId,
    /// In bytes.
    pub byte_size: u64,
    /// Of all its bytes.
    pub sha256: [u8; 32],
    /// Its first bytes, enough for [`domain::media::sniff`].
    pub head: Vec<u8>,
}

impl FileWriter {
    pub(crate) fn new(id: FileId, upload: Box<dyn MultipartUpload>) -> Self {
        let upload = WriteMultipart::new_with_chunk_size(upload, CHUNK_BYTES);
        Self { id, upload, sha256: Sha256::new(), byte_size: 0, head: Vec::new() }
    }

    /// Takes the next bytes.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), StorageError> {
        self.sha256.update(&bytes);
        self.byte_size += bytes.len() as u64;
        let wanted = domain::media::HEAD_BYTES.saturating_sub(self.head.len());
        self.head.extend_from_slice(&bytes[..wanted.min(bytes.len())]);
        self.upload.wait_for_capacity(CHUNKS_UNDER_WAY).await?;
        self.upload.write(&bytes);
        Ok(())
    }

    /// How much was taken so far.
    pub fn byte_size(&self) -> u64 {
        self.byte_size
    }

    /// Takes all that there is to read, piece by piece.
    pub async fn copy(&mut self, mut from: impl AsyncRead + Unpin) -> Result<(), StorageError> {
        loop {
            let mut piece = Vec::with_capacity(PIECE_BYTES);
            if (&mut from).take(PIECE_BYTES as u64).read_to_end(&mut piece).await? == 0 {
                return Ok(());
            }
            self.write(Bytes::from(piece)).await?;
        }
    }

    /// Gives up on the file, and returns when nothing of it is left. Dropping it does the same, a little later.
    pub async fn abort(self) {
        if let Err(error) = self.upload.abort().await {
            tracing::warn!(%error, "half a file was left behind");
        }
    }

    /// Makes the file visible, whole.
    pub async fn finish(self) -> Result<StoredFile, StorageError> {
        self.upload.finish().await?;
        Ok(StoredFile {
            id: self.id,
            byte_size: self.byte_size,
            sha256: self.sha256.finalize().into(),
            head: self.head,
        })
    }
}
