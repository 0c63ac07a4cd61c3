//! A blob as a file, for programs that read files.

use crate::{Backend, Blob, Storage, StorageError};
use futures::TryStreamExt;
use std::{
    io,
    ops::Deref,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use tokio::{
    fs::{self, File},
    io::AsyncWriteExt,
};

/// The path of a file with the bytes of a blob. Nobody may change the file; it may be the blob itself.
#[derive(Debug)]
pub struct LocalFile {
    path: PathBuf,
    /// The folder of a file that was downloaded, and is deleted with this value.
    _folder: Option<TempDir>,
}

impl Deref for LocalFile {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.path
    }
}

impl AsRef<Path> for LocalFile {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

impl Storage {
    /// A blob as a file: the file itself, where blobs are in a folder, or else a download in a temporary folder, which
    /// `scratch` makes.
    pub async fn file(
        &self,
        blob: Blob,
        scratch: impl FnOnce() -> io::Result<TempDir>,
    ) -> Result<LocalFile, StorageError> {
        let bucket = match &self.backend {
            Backend::Folder(folder) => {
                let path = folder.path.join(blob.path().as_ref());
                return match fs::try_exists(&path).await {
                    Ok(true) => Ok(LocalFile { path, _folder: None }),
                    Ok(false) => Err(StorageError::Missing),
                    Err(error) => Err(StorageError::Folder(path, error)),
                };
            }
            Backend::Bucket(bucket) => bucket,
        };
        let mut pieces = bucket.read_to_end(&blob.path()).await?;
        let folder = scratch()?;
        let path = folder.path().join("blob");
        let mut file = File::create_new(&path).await?;
        while let Some(piece) = pieces.try_next().await? {
            file.write_all(&piece).await?;
        }
        file.flush().await?;
        Ok(LocalFile { path, _folder: Some(folder) })
    }
}
