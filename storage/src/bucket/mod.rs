//! Blobs in a bucket of S3, or of what speaks its protocol.

mod address;
mod deletion;
mod open;
mod read;
mod refusal;
mod unfinished;
mod upload;

pub use open::{Credentials, S3Options};
pub(crate) use upload::Upload;

use crate::StorageError;
use bytes::Bytes;
use chrono::TimeDelta;
use futures::{Stream, TryStreamExt};
use object_store::{
    ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload,
    aws::AmazonS3,
    list::{PaginatedListOptions, PaginatedListStore},
    path::Path as Key,
};
use std::{
    fmt,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

/// A bucket, or the part of one whose keys begin with a prefix. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Bucket {
    /// For requests whose answers come soon.
    reader: AmazonS3,
    /// For requests with bodies, which may take longer.
    writer: AmazonS3,
    /// For requests that delete several objects.
    bulk: AmazonS3,
    /// Whether S3 has said that it does not know such requests.
    deletes_singly: Arc<AtomicBool>,
    prefix: Key,
    /// The size of all parts of an upload but its last, and the size of the largest upload that has no parts. Some servers
    /// want parts of one size.
    part_bytes: usize,
    /// S3 dates an object that came in parts by the beginning of its upload.
    pub(crate) longest_upload: TimeDelta,
    /// How long the addresses open that clients get; none: there are none.
    addresses_last: Option<Duration>,
}

impl Bucket {
    fn key(&self, below: &Key) -> Key {
        self.prefix.parts().chain(below.parts()).collect()
    }

    /// Asks for the name of one object, which costs little and tells whether the bucket is there.
    pub(crate) async fn check(&self) -> Result<(), StorageError> {
        let prefix = self.key(&Key::from("installation"));
        let one = PaginatedListOptions { max_keys: Some(1), ..PaginatedListOptions::default() };
        self.reader.list_paginated(Some(prefix.as_ref()), one).await.map(drop).map_err(refusal::of)
    }

    pub(crate) async fn put(&self, key: &Key, payload: PutPayload) -> Result<(), StorageError> {
        self.writer.put(&self.key(key), payload).await.map(drop).map_err(refusal::of)
    }

    /// Fails with [`StorageError::Missing`] if it is not there.
    pub(crate) async fn head(&self, key: &Key) -> Result<(), StorageError> {
        self.reader.head(&self.key(key)).await.map(drop).map_err(refusal::of)
    }

    pub(crate) async fn delete(&self, key: &Key) -> Result<(), StorageError> {
        self.reader.delete(&self.key(key)).await.map_err(refusal::of)
    }

    /// All objects below a key, one page after the other. Their keys begin with the prefix of the bucket.
    pub(crate) fn list(&self, below: &Key) -> impl Stream<Item = Result<ObjectMeta, StorageError>> + use<> {
        self.reader.list(Some(&self.key(below))).map_err(refusal::of)
    }

    async fn write_text(&self, key: &Key, text: String, mode: PutMode) -> Result<(), object_store::Error> {
        self.writer.put_opts(key, text.into(), PutOptions::from(mode)).await.map(drop)
    }

    /// Writes the text, unless there is one already; returns the one that is there. Servers that do not know conditional
    /// writes are asked to write only where there was nothing a moment ago.
    pub(crate) async fn keep_first(&self, key: &Key, text: String) -> Result<Bytes, StorageError> {
        match self.read_whole(key).await {
            Err(StorageError::Missing) => {}
            found => return found,
        }
        let full = self.key(key);
        match self.write_text(&full, text.clone(), PutMode::Create).await {
            Ok(()) | Err(object_store::Error::AlreadyExists { .. }) => {}
            Err(error) if refusal::is_not_implemented(&error) => {
                self.write_text(&full, text, PutMode::Overwrite).await.map_err(refusal::of)?;
            }
            Err(error) => return Err(refusal::of(error)),
        }
        self.read_whole(key).await
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.reader, self.prefix)
    }
}
