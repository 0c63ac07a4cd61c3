//! Blobs in a folder of a disk, or of a file system that machines share.

use crate::{Area, StorageError};
use bytes::Bytes;
use futures::{Stream, stream};
use nix::sys::statvfs::statvfs;
use object_store::local::LocalFileSystem;
use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    path::Path,
    sync::Arc,
    time::SystemTime,
};

/// How much of a large file is read at a time.
const PIECE_BYTES: u64 = 256 * 1024;

/// A folder of blobs.
#[derive(Clone)]
pub(crate) struct Folder {
    pub(crate) store: Arc<LocalFileSystem>,
    pub(crate) path: Arc<Path>,
}

impl Folder {
    pub(crate) fn open(path: &Path) -> Result<Self, StorageError> {
        let unusable = |error: io::Error| StorageError::Folder(path.to_owned(), error);
        fs::create_dir_all(path.join(Area::Files.folder())).map_err(unusable)?;
        let store = LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), path: path.into() })
    }

    pub(crate) async fn check(&self) -> Result<(), StorageError> {
        let files = self.path.join(Area::Files.folder());
        tokio::fs::metadata(&files).await.map(drop).map_err(|error| StorageError::Folder(files, error))
    }

    /// Uploads and imports ask regularly, so that the disk never fills up: a database on the same disk would fail worse
    /// than an upload.
    pub(crate) async fn check_free_space(&self, wanted: u64, spare: u64) -> Result<(), StorageError> {
        let free = self.free_bytes().await?;
        if free < spare.saturating_add(wanted) { Err(StorageError::Full) } else { Ok(()) }
    }

    /// How many bytes are free on the disk of the blobs. A network disk may take a while to answer, so that a blocking
    /// thread asks.
    async fn free_bytes(&self) -> Result<u64, StorageError> {
        let folder = Arc::clone(&self.path);
        let asked = tokio::task::spawn_blocking(move || statvfs(&*folder).map_err(io::Error::from));
        let told = asked.await.map_err(io::Error::other).flatten();
        let told = told.map_err(|error| StorageError::Folder(self.path.to_path_buf(), error))?;
        #[expect(clippy::useless_conversion, reason = "counts blocks in 32 bits elsewhere than on Linux")]
        let blocks = u64::from(told.blocks_available());
        #[expect(clippy::useless_conversion, reason = "has another width elsewhere than on Linux")]
        let size = u64::from(told.fragment_size());
        Ok(blocks.saturating_mul(size))
    }

    /// Deletes unfinished files that nobody has written to since `before`, and returns how many.
    pub(crate) async fn delete_unfinished(&self, before: SystemTime) -> Result<usize, StorageError> {
        let folder = Arc::clone(&self.path);
        let unusable = |error| StorageError::Folder(self.path.to_path_buf(), error);
        let deleted = tokio::task::spawn_blocking(move || delete_parts(&folder, before)).await;
        deleted.map_err(io::Error::other).flatten().map_err(unusable)
    }
}

/// Streams a range of a file; each chunk is read on a blocking thread when the stream is polled.
pub(crate) fn file_chunks(file: File, range: Range<u64>) -> impl Stream<Item = Result<Bytes, StorageError>> {
    stream::try_unfold((file, range), |(mut file, range)| async move {
        if range.is_empty() {
            return Ok(None);
        }
        let size = PIECE_BYTES.min(range.end - range.start);
        let read = tokio::task::spawn_blocking(move || -> io::Result<(File, Vec<u8>)> {
            let mut piece = Vec::new();
            file.seek(SeekFrom::Start(range.start))?;
            (&mut file).take(size).read_to_end(&mut piece)?;
            Ok((file, piece))
        });
        let (file, piece) = read.await.map_err(io::Error::other)??;
        if piece.is_empty() {
            return Err(StorageError::Missing);
        }
        let next = range.start + piece.len() as u64..range.end;
        Ok(Some((Bytes::from(piece), (file, next))))
    })
}

/// Deletes old unfinished files below a folder. The local store marks them with a suffix such as `#1`.
fn delete_parts(folder: &Path, before: SystemTime) -> io::Result<usize> {
    let mut deleted = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = match entry.metadata() {
            // The file was finished or aborted in the meantime.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            about => about?,
        };
        if about.is_dir() {
            deleted += delete_parts(&entry.path(), before)?;
        } else if is_part(&entry.file_name().to_string_lossy()) && about.modified()? < before {
            fs::remove_file(entry.path())?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

fn is_part(name: &str) -> bool {
    name.rsplit_once('#').is_some_and(|(_, end)| !end.is_empty() && end.bytes().all(|digit| digit.is_ascii_digit()))
}
