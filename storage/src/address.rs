//! Addresses at which a client gets a blob without us.

use crate::{Backend, Blob, Storage, StorageError};

/// What a client that saves a blob is told about it, as values of headers.
#[derive(Debug, Clone, Copy)]
pub struct SavedAs<'a> {
    /// `Content-Type`.
    pub media_type: &'a str,
    /// `Content-Disposition`.
    pub disposition: &'a str,
}

impl Storage {
    /// An address at which a client gets the whole blob or ranges of it, for as long as the options say: whoever has the
    /// address, and whatever is decided meanwhile. None, if the storage has no addresses: a folder, or a bucket whose options
    /// want none.
    pub async fn address(&self, blob: Blob, saved: SavedAs<'_>) -> Result<Option<String>, StorageError> {
        match &self.backend {
            Backend::Folder(_) => Ok(None),
            Backend::Bucket(bucket) => bucket.address(&blob.path(), saved).await,
        }
    }
}
