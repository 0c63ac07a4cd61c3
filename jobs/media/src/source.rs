//! Reads parts of a file that are at offsets. A part that is not there is none, so that a wrong offset ends nothing but its own branch.

use super::{MediaError, limits::Timed};
use std::{
    fs::File,
    io::{self, BufReader, Cursor, ErrorKind, Read, Seek, SeekFrom},
    path::Path,
};

trait ReadSeek: Read + Seek + Send {}

impl<R: Read + Seek + Send> ReadSeek for R {}

/// A file, or a part of one that has offsets of its own.
pub(super) struct Source {
    file: BufReader<Box<dyn ReadSeek>>,
    length: u64,
    /// The first error that is not the fault of an offset.
    failed: Option<io::Error>,
}

impl Source {
    pub(super) fn open(path: &Path) -> Result<Self, MediaError> {
        let of_io = |error| MediaError::of_io(error, "the original cannot be read");
        let file = File::open(path).map_err(of_io)?;
        let length = file.metadata().map_err(of_io)?.len();
        Ok(Self { file: BufReader::new(Box::new(Timed::new(file))), length, failed: None })
    }

    pub(super) fn of_bytes(bytes: Vec<u8>) -> Self {
        let length = bytes.len() as u64;
        Self { file: BufReader::new(Box::new(Cursor::new(bytes))), length, failed: None }
    }

    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// The bytes from here on; none if some of them are beyond the end.
    pub(super) fn bytes(&mut self, at: u64, length: u64) -> Option<Vec<u8>> {
        if at.checked_add(length)? > self.length || self.failed.is_some() {
            return None;
        }
        let mut bytes = vec![0; usize::try_from(length).ok()?];
        let read = self.file.seek(SeekFrom::Start(at)).and_then(|_| self.file.read_exact(&mut bytes));
        match read {
            Ok(()) => Some(bytes),
            Err(error) => {
                self.failed = Some(error).filter(|error| error.kind() != ErrorKind::UnexpectedEof);
                None
            }
        }
    }

    /// The bytes from here on, as many of them as there are.
    pub(super) fn up_to(&mut self, at: u64, length: u64) -> Option<Vec<u8>> {
        self.bytes(at, length.min(self.length.checked_sub(at)?))
    }

    /// Whether everything could be read.
    pub(super) fn finish(self) -> Result<(), MediaError> {
        self.failed.map_or(Ok(()), |error| Err(MediaError::of_io(error, "the original cannot be read")))
    }
}
