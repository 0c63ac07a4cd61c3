//! How much room is left. Who writes much asks now and then, so that the disk is never quite full: databases on the same
//! one fail worse than an upload does.

use crate::{Storage, StorageError};
use nix::sys::statvfs::statvfs;
use std::{io, sync::Arc};

impl Storage {
    /// Fails as [`StorageError::Full`] where less than `spare` bytes would be free after `wanted` more.
    pub async fn check_free_space(&self, wanted: u64, spare: u64) -> Result<(), StorageError> {
        let free = self.free_bytes().await?;
        if free < spare.saturating_add(wanted) { Err(StorageError::Full) } else { Ok(()) }
    }

    /// How many bytes can still be written to the disk of the blobs. A network's disk may take its time to tell.
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
