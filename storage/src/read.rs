//! Reads blobs: small ones at once, large ones in chunks as fast as the client takes them.

use crate::{Backend, Blob, Storage, StorageError, folder::file_chunks};
use bytes::Bytes;
use futures::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use object_store::{GetOptions, GetResultPayload, ObjectStore, ObjectStoreExt};
use std::ops::Range;

/// Blobs and ranges up to this size are read into memory at once.
pub const INLINE_BYTES: u64 = 1024 * 1024;

/// The bytes of a blob.
pub enum Body {
    /// All of them.
    Whole(Bytes),
    /// A stream of chunks.
    Stream(BoxStream<'static, Result<Bytes, StorageError>>),
}

impl Body {
    /// The bytes as a stream, however many they are.
    pub fn into_stream(self) -> BoxStream<'static, Result<Bytes, StorageError>> {
        match self {
            Self::Whole(bytes) => stream::once(std::future::ready(Ok(bytes))).boxed(),
            Self::Stream(stream) => stream,
        }
    }
}

impl Storage {
    /// Reads `range` of a blob.
    pub async fn read(&self, blob: Blob, range: Range<u64>) -> Result<Body, StorageError> {
        if range.is_empty() {
            return Ok(Body::Whole(Bytes::new()));
        }
        if let Some(bytes) = self.cache.get(blob, &range) {
            return Ok(Body::Whole(bytes));
        }
        let is_small = range.end - range.start <= INLINE_BYTES;
        let (bytes, size) = match &self.backend {
            Backend::Folder(folder) => {
                let options = GetOptions { range: Some(range.clone().into()), ..GetOptions::default() };
                let found = folder.store.get_opts(&blob.path(), options).await?;
                let size = found.meta.size;
                match found.payload {
                    GetResultPayload::File(file, _) if !is_small => {
                        return Ok(Body::Stream(file_chunks(file, found.range).boxed()));
                    }
                    GetResultPayload::File(..) | GetResultPayload::Stream(_) => (found.bytes().await?, size),
                }
            }
            Backend::Bucket(bucket) if is_small => bucket.get(&blob.path(), range.clone()).await?,
            Backend::Bucket(bucket) => return Ok(Body::Stream(bucket.stream(&blob.path(), range).await?)),
        };
        if range == (0..size) {
            self.cache.insert(blob, &bytes);
        }
        Ok(Body::Whole(bytes))
    }

    /// The CRC-32 of a blob of this size, read in chunks. A blob that is shorter is missing in part.
    pub async fn crc32(&self, blob: Blob, size: u64) -> Result<u32, StorageError> {
        let (mut hasher, mut read) = (crc32fast::Hasher::new(), 0);
        let mut pieces = self.read(blob, 0..size).await?.into_stream();
        while let Some(piece) = pieces.try_next().await? {
            hasher.update(&piece);
            read += piece.len() as u64;
        }
        if read == size { Ok(hasher.finalize()) } else { Err(StorageError::Missing) }
    }

    /// Reads a whole blob into memory; for proxies, and for pictures that are to be decoded.
    pub async fn read_all(&self, blob: Blob) -> Result<Bytes, StorageError> {
        match &self.backend {
            Backend::Folder(folder) => Ok(folder.store.get(&blob.path()).await?.bytes().await?),
            Backend::Bucket(bucket) => {
                let mut pieces: Vec<Bytes> = bucket.read_to_end(&blob.path()).await?.try_collect().await?;
                Ok(if pieces.len() == 1 { pieces.swap_remove(0) } else { pieces.concat().into() })
            }
        }
    }
}
