//! Reads objects in ranges, so that whoever takes the bytes slowly holds no connection to S3, and memory holds two ranges.

use super::{Bucket, refusal};
use crate::StorageError;
use bytes::Bytes;
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use object_store::{GetOptions, GetRange, ObjectStore, path::Path as Key};
use std::ops::Range;
use tokio::task::JoinSet;

/// How much is asked for at a time.
const PIECE_BYTES: u64 = 2 * 1024 * 1024;

/// The pieces of an object, in their order.
pub(crate) type Pieces = BoxStream<'static, Result<Bytes, StorageError>>;

impl Bucket {
    /// A range of an object that fits into memory, and the size of the object.
    pub(crate) async fn get(&self, key: &Key, range: Range<u64>) -> Result<(Bytes, u64), StorageError> {
        let options = GetOptions { range: Some(GetRange::Bounded(range.clone())), ..GetOptions::default() };
        let found = self.reader.get_opts(&self.key(key), options).await.map_err(refusal::of)?;
        let size = found.meta.size;
        let bytes = found.bytes().await.map_err(refusal::of)?;
        match u64::try_from(bytes.len()) {
            Ok(got) if got == range.end.min(size).saturating_sub(range.start) => Ok((bytes, size)),
            _ => Err(StorageError::Unavailable("an answer ended too early".to_owned())),
        }
    }

    /// A whole object that fits into memory.
    pub(crate) async fn read_whole(&self, key: &Key) -> Result<Bytes, StorageError> {
        let found = self.reader.get_opts(&self.key(key), GetOptions::default()).await.map_err(refusal::of)?;
        found.bytes().await.map_err(refusal::of)
    }

    /// A whole object of any size.
    pub(crate) async fn read_to_end(&self, key: &Key) -> Result<Pieces, StorageError> {
        let options = GetOptions { head: true, ..GetOptions::default() };
        let size = self.reader.get_opts(&self.key(key), options).await.map_err(refusal::of)?.meta.size;
        if size == 0 {
            Ok(stream::once(std::future::ready(Ok(Bytes::new()))).boxed())
        } else {
            self.stream(key, 0..size).await
        }
    }

    /// Streams a range. Its first piece is read before this returns, so that the caller knows whether there is one; while
    /// one piece is taken, the next one is read.
    pub(crate) async fn stream(&self, key: &Key, range: Range<u64>) -> Result<Pieces, StorageError> {
        let (first, rest) = split(range);
        let (bytes, _) = self.get(key, first).await?;
        let ahead = Ahead { bucket: self.clone(), key: key.clone(), rest, reading: JoinSet::new() };
        let begun = stream::once(std::future::ready(Ok(bytes)));
        let further = stream::try_unfold(ahead.read_on(), |mut ahead| async move {
            match ahead.reading.join_next().await {
                None => Ok(None),
                Some(read) => Ok(Some((read.map_err(std::io::Error::other)??, ahead.read_on()))),
            }
        });
        Ok(begun.chain(further).boxed())
    }
}

/// The reading of the next piece, which ends when this is dropped.
struct Ahead {
    bucket: Bucket,
    key: Key,
    rest: Range<u64>,
    reading: JoinSet<Result<Bytes, StorageError>>,
}

impl Ahead {
    fn read_on(mut self) -> Self {
        let (next, rest) = split(self.rest);
        self.rest = rest;
        if !next.is_empty() {
            let (bucket, key) = (self.bucket.clone(), self.key.clone());
            self.reading.spawn(async move { Ok(bucket.get(&key, next).await?.0) });
        }
        self
    }
}

/// The first piece of a range, and what comes after it.
fn split(range: Range<u64>) -> (Range<u64>, Range<u64>) {
    let middle = range.end.min(range.start.saturating_add(PIECE_BYTES));
    (range.start..middle, middle..range.end)
}
