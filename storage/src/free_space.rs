//! Checks the free space of the disk. Uploads and imports check regularly, so that the disk never fills up: a database
//! on the same disk would fail worse than an upload.

use crate::{Storage, StorageError};
use nix::sys::statvfs::statvfs;
use std::{io, sync::Arc};

impl Storage {
    /// Fails with [`StorageError::Full`] if less than `spare` bytes would be free after `wanted` more bytes.
    pub async fn check_free_space(&self, wanted: u64, spare: u64) -> Result<(), StorageError> {
        let free = self.free_bytes().await?;
        if free < spare.saturating_add(wanted) { Err(StorageError::Full) } else { Ok(()) }
    }

    /// How many bytes are free on the disk of the blobs. A network disk may take a while to answer, so that a blocking
    /// thread asks.
    async fn free_bytes(&self) -> Result<u64, StorageError> {
        let folder = Arc::clone(&self.folder);
        let asked = tokio::task::spawn_blocking(move || statvfs(&*folder).map_err(io::Error::from));
        let told = asked.await.map_err(io::Error::other).flatten();
        let told = told.map_err(|error| StorageError::Folder(self.folder.to_path_buf(), error))?;
        #[expect(clippy::useless_conversion, reason = "counts blocks in 32 bits elsewhere than on Linux")]
        let blocks = u64::from(told.blocks_available());
        #[expect(clippy::useless_conversion, reason = "has another width elsewhere than on Linux")]
        let size = u64::from(told.fragment_size());
        Ok(blocks.saturating_mul(size))
    }
}
