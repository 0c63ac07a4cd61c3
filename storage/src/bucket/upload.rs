//! Writes an object: a small one at once from memory, a large one in parts.
//!
//! While one part is sent, the next one is filled, so that memory holds two. A marker beside the blobs tells that there is an
//! unfinished upload, because S3 keeps its parts for ever, and nobody sees them, when the process is killed.

use super::{Bucket, refusal};
use crate::StorageError;
use domain::FileId;
use object_store::{
    MultipartId, ObjectStoreExt, PutPayloadMut,
    multipart::{MultipartStore, PartId},
    path::Path as Key,
};
use std::{
    io,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// How much memory a part takes at a time while it is filled.
const BLOCK_BYTES: usize = 512 * 1024;

/// How old the marker of an upload becomes before it is written anew.
const MARKED_FOR: Duration = Duration::from_hours(1);

/// An object that is being written. If it is dropped before [`Upload::finish`], nothing of it stays.
pub(crate) struct Upload {
    bucket: Bucket,
    id: FileId,
    key: Key,
    filling: PutPayloadMut,
    written: u64,
    /// The upload in parts, once there is more than one.
    parts: Option<Parts>,
}

/// An upload in parts.
struct Parts {
    upload: MultipartId,
    /// The parts that S3 has, in their order.
    done: Vec<PartId>,
    /// The part that is being sent.
    sending: JoinSet<object_store::Result<PartId>>,
    marked: Instant,
}

impl Upload {
    pub(crate) fn new(bucket: Bucket, id: FileId, key: &Key) -> Self {
        let key = bucket.key(key);
        Self { bucket, id, key, filling: empty(), written: 0, parts: None }
    }

    pub(crate) async fn write(&mut self, mut bytes: &[u8]) -> Result<(), StorageError> {
        while !bytes.is_empty() {
            let room = self.bucket.part_bytes - self.filling.content_length();
            if room == 0 {
                self.send().await?;
                continue;
            }
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.filling.extend_from_slice(now);
            self.written += now.len() as u64;
            bytes = later;
        }
        Ok(())
    }

    /// Sends the part that is full, when the one before has arrived.
    async fn send(&mut self) -> Result<(), StorageError> {
        if self.parts.is_none() {
            self.begin().await?;
        }
        let Some(parts) = &mut self.parts else { return Ok(()) };
        parts.arrived().await?;
        if parts.marked.elapsed() > MARKED_FOR {
            self.bucket.mark(self.id, &self.key, &parts.upload).await?;
            parts.marked = Instant::now();
        }
        let (store, key, upload) = (self.bucket.writer.clone(), self.key.clone(), parts.upload.clone());
        let (index, payload) = (parts.done.len(), std::mem::replace(&mut self.filling, empty()).freeze());
        parts.sending.spawn(async move { store.put_part(&key, &upload, index, payload).await });
        Ok(())
    }

    async fn begin(&mut self) -> Result<(), StorageError> {
        let upload = self.bucket.writer.create_multipart(&self.key).await.map_err(refusal::of)?;
        let parts = Parts { upload, done: Vec::new(), sending: JoinSet::new(), marked: Instant::now() };
        // From here on, dropping this aborts the upload, whatever it waits for.
        let parts = self.parts.insert(parts);
        self.bucket.mark(self.id, &self.key, &parts.upload).await
    }

    pub(crate) async fn finish(mut self) -> Result<(), StorageError> {
        if self.parts.is_none() {
            let payload = std::mem::replace(&mut self.filling, empty()).freeze();
            return self.bucket.writer.put(&self.key, payload).await.map(drop).map_err(refusal::of);
        }
        self.send().await?;
        let Some(parts) = &mut self.parts else { return Ok(()) };
        parts.arrived().await?;
        let (writer, done) = (&self.bucket.writer, parts.done.clone());
        if let Err(error) = writer.complete_multipart(&self.key, &parts.upload, done).await {
            // The answer to an earlier try may have been lost. S3 then does not know the upload any more.
            let found = self.bucket.reader.head(&self.key).await;
            if !found.is_ok_and(|found| found.size == self.written) {
                return Err(refusal::of(error));
            }
        }
        self.parts = None;
        self.bucket.unmark(self.id).await;
        Ok(())
    }

    /// Deletes what was written, and returns when it is deleted.
    pub(crate) async fn abort(mut self) {
        if let Some(parts) = self.parts.take() {
            parts.abort(&self.bucket, self.id, &self.key).await;
        }
    }
}

impl Parts {
    /// Waits until the part that is being sent has arrived.
    async fn arrived(&mut self) -> Result<(), StorageError> {
        while let Some(sent) = self.sending.join_next().await {
            self.done.push(sent.map_err(io::Error::other)?.map_err(refusal::of)?);
        }
        Ok(())
    }

    async fn abort(mut self, bucket: &Bucket, id: FileId, key: &Key) {
        self.sending.shutdown().await;
        match bucket.abort(key, &self.upload).await {
            Ok(()) => bucket.unmark(id).await,
            Err(error) => tracing::warn!(%error, "an unfinished upload stays; garbage collection deletes it"),
        }
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let Some(parts) = self.parts.take() else { return };
        // Without a runtime, the process is ending.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (bucket, id, key) = (self.bucket.clone(), self.id, self.key.clone());
        runtime.spawn(async move { parts.abort(&bucket, id, &key).await });
    }
}

fn empty() -> PutPayloadMut {
    PutPayloadMut::new().with_block_size(BLOCK_BYTES)
}
