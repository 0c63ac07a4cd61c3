//! Errors of reading and writing blobs.

use std::path::PathBuf;

/// Why a blob could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The blob does not exist.
    #[error("the file is missing from storage")]
    Missing,
    /// The disk is full, or nearly full.
    #[error("the storage is full")]
    Full,
    /// The storage folder cannot be used.
    #[error("cannot use the storage folder {0}: {1}")]
    Folder(PathBuf, std::io::Error),
    /// S3 does not answer, or has an error of its own. It is worth trying again.
    #[error("S3 does not answer as it should: {0}")]
    Unavailable(String),
    /// S3 refuses the request until somebody changes the configuration, or the clock.
    #[error("S3 refuses the request: {0}")]
    Refused(String),
    /// The options of S3 contradict each other or cannot be used.
    #[error("{0}")]
    Options(String),
    /// Any other error of the storage.
    #[error("storage: {0}")]
    Other(object_store::Error),
}

impl StorageError {
    /// Whether the storage is away, and not only the blob.
    pub const fn is_outage(&self) -> bool {
        match self {
            Self::Full | Self::Unavailable(_) | Self::Refused(_) => true,
            Self::Missing | Self::Folder(..) | Self::Options(_) | Self::Other(_) => false,
        }
    }
}

impl From<object_store::Error> for StorageError {
    fn from(error: object_store::Error) -> Self {
        if matches!(error, object_store::Error::NotFound { .. }) {
            Self::Missing
        } else if has_io_kind(&error, std::io::ErrorKind::StorageFull) {
            Self::Full
        } else {
            Self::Other(error)
        }
    }
}

impl From<std::io::Error> for StorageError {
    fn from(error: std::io::Error) -> Self {
        Self::from(object_store::Error::Generic { store: "file", source: error.into() })
    }
}

fn has_io_kind(error: &(dyn std::error::Error + 'static), kind: std::io::ErrorKind) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == kind) {
            return true;
        }
        next = error.source();
    }
    false
}
