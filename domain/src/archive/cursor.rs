//! Walks through a range of an archive, a piece at a time.

use super::layout::Layout;
use std::ops::Range;

/// How much of the central directory is produced at a time, at least.
const DIRECTORY_BYTES: usize = 64 * 1024;

/// The next piece of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A part of a member, perhaps all of it.
    Member {
        /// Which member.
        index: usize,
        /// The part of its header, which comes first; may be empty.
        header: Vec<u8>,
        /// The part of its file; may be empty.
        data: Range<u64>,
    },
    /// A part of the central directory or of what follows it.
    Directory(Vec<u8>),
}

/// A place in an archive. It belongs to the layout that made it.
#[derive(Debug, Clone)]
pub struct Cursor {
    at: u64,
    end: u64,
    /// The next record of the central directory, and where it begins. After the records comes the end of the archive.
    record: usize,
    record_at: u64,
}

impl Cursor {
    pub(super) fn new(layout: &Layout, range: Range<u64>) -> Self {
        let end = range.end.min(layout.byte_size());
        Self { at: range.start, end, record: 0, record_at: layout.directory().offset }
    }

    /// The next piece; none at the end of the range.
    pub fn next(&mut self, layout: &Layout) -> Option<Piece> {
        if self.at >= self.end {
            None
        } else if self.at < layout.directory().offset {
            Some(self.member(layout))
        } else {
            Some(Piece::Directory(self.records(layout)))
        }
    }

    fn member(&mut self, layout: &Layout) -> Piece {
        let index = layout.member_at(self.at);
        let entry = layout.entry(index);
        let data_at = entry.offset + entry.local_len();
        let end = self.end.min(data_at.saturating_add(entry.size));
        let header = if self.at < data_at {
            part(&entry.local(), self.at - entry.offset..end.min(data_at) - entry.offset).to_vec()
        } else {
            Vec::new()
        };
        let data = self.at.max(data_at) - data_at..end.max(data_at) - data_at;
        self.at = end;
        Piece::Member { index, header, data }
    }

    fn records(&mut self, layout: &Layout) -> Vec<u8> {
        let mut bytes = Vec::new();
        while self.at < self.end && bytes.len() < DIRECTORY_BYTES && self.record <= layout.count() {
            let entry = (self.record < layout.count()).then(|| layout.entry(self.record));
            let len = entry.map_or_else(|| layout.directory().end_len(), |entry| entry.central_len());
            if self.record_at + len > self.at {
                let record = entry.map_or_else(|| layout.directory().end(), |entry| entry.central());
                let end = self.end.min(self.record_at + len);
                bytes.extend_from_slice(part(&record, self.at - self.record_at..end - self.record_at));
                self.at = end;
            }
            self.record += 1;
            self.record_at += len;
        }
        bytes
    }
}

/// A part of a record, which is short.
fn part(record: &[u8], range: Range<u64>) -> &[u8] {
    let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(record.len());
    &record[index(range.start)..index(range.end)]
}
