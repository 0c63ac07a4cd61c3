//! Copies blobs from one place to another, each under its id, and checks what arrived.

use crate::{Area, Blob, Storage, StorageError, garbage::id};
use futures::{Stream, TryStreamExt};
use sha2::{Digest, Sha256};
use std::future::ready;

/// Why a blob was not copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// One of the places could not be read or written.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// It was deleted after it was listed.
    #[error("it was deleted meanwhile")]
    Gone,
    /// What was read back is not what was written; it is deleted.
    #[error("the copy has other bytes")]
    Differs,
}

impl Storage {
    /// All blobs of an area, with their sizes in bytes.
    pub fn blobs(&self, area: Area) -> impl Stream<Item = Result<(Blob, u64), StorageError>> + Unpin + use<> {
        self.list(area)
            .try_filter_map(move |found| ready(Ok(id(&found.location).map(|id| (area.blob(id), found.size)))))
    }

    /// Copies a blob of this size from another place, and reads the copy to its end.
    pub async fn copy_from(&self, from: &Self, blob: Blob, size: u64) -> Result<(), CopyError> {
        let body = match from.read(blob, 0..size).await {
            Err(StorageError::Missing) => return Err(CopyError::Gone),
            body => body?,
        };
        let mut writer = self.begin(blob).await?;
        let mut pieces = body.into_stream();
        while let Some(piece) = pieces.try_next().await? {
            writer.write(piece).await?;
        }
        if writer.byte_size() != size {
            writer.abort().await;
            return Err(StorageError::Missing.into());
        }
        let written = writer.finish().await?;
        let mut sha256 = Sha256::new();
        let mut pieces = self.read(blob, 0..size).await?.into_stream();
        while let Some(piece) = pieces.try_next().await? {
            sha256.update(&piece);
        }
        if sha256.finalize()[..] == written.sha256 {
            return Ok(());
        }
        self.delete(blob).await?;
        Err(CopyError::Differs)
    }
}
