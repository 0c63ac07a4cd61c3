//! Reads blobs: small ones at once, large ones in chunks as fast as the client takes them.

use crate::{Blob, Storage, StorageError};
use bytes::Bytes;
use futures::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use object_store::{GetOptions, GetResultPayload, ObjectStore};
use std::{fs::File, io::Read, io::Seek, io::SeekFrom, ops::Range};

/// Blobs and ranges up to this size are read into memory at once.
pub const INLINE_BYTES: u64 = 1024 * 1024;

/// How much of a large local file is read at a time.
const PIECE_BYTES: u64 = 256 * 1024;

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
        let options = GetOptions { range: Some(range.clone().into()), ..GetOptions::default() };
        let found = self.store.get_opts(&blob.path(), options).await?;
        if range.end - range.start <= INLINE_BYTES {
            let whole = range == (0..found.meta.size);
            let bytes = found.bytes().await?;
            if whole {
                self.cache.insert(blob, &bytes);
            }
            return Ok(Body::Whole(bytes));
        }
        Ok(Body::Stream(match found.payload {
            GetResultPayload::File(file, _) => file_chunks(file, found.range).boxed(),
            GetResultPayload::Stream(stream) => stream.map_err(StorageError::from).boxed(),
        }))
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
        Ok(self.store.get_opts(&blob.path(), GetOptions::default()).await?.bytes().await?)
    }
}

/// Streams a range of a file; each chunk is read on a blocking thread when the stream is polled.
fn file_chunks(file: File, range: Range<u64>) -> impl futures::Stream<Item = Result<Bytes, StorageError>> {
    stream::try_unfold((file, range), |(mut file, range)| async move {
        if range.is_empty() {
            return Ok(None);
        }
        let size = PIECE_BYTES.min(range.end - range.start);
        let read = tokio::task::spawn_blocking(move || -> std::io::Result<(File, Vec<u8>)> {
            let mut piece = Vec::new();
            file.seek(SeekFrom::Start(range.start))?;
            (&mut file).take(size).read_to_end(&mut piece)?;
            Ok((file, piece))
        });
        let (file, piece) = read.await.map_err(std::io::Error::other)??;
        if piece.is_empty() {
            return Err(StorageError::Missing);
        }
        let next = range.start + piece.len() as u64..range.end;
        Ok(Some((Bytes::from(piece), (file, next))))
    })
}
