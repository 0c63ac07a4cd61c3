//! Where each byte of an archive lies.

use super::{
    cursor::Cursor,
    records::{Directory, Entry},
};
use crate::FileId;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::ops::Range;

/// Changes with the way in which the bytes of an archive follow from its members, so that nobody continues an archive
/// that was begun in another way.
const FORMAT: &[u8] = b"vitrine archive 1";

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member<'a> {
    /// Its path in the archive, as [`super::Names`] made it.
    pub name: &'a str,
    /// Its blob, which never changes.
    pub file: FileId,
    /// In bytes.
    pub size: u64,
    /// The CRC-32 of its bytes.
    pub crc32: u32,
    /// When it was added to the library.
    pub modified: DateTime<Utc>,
}

/// An archive whose members are known: its length, its tag, and the place of each byte.
///
/// Takes about a hundred bytes for each member. The central directory is never in memory as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The names of all members, one after the other.
    names: String,
    places: Vec<Place>,
    /// Where the central directory begins.
    directory_at: u64,
    directory_len: u64,
    tag: [u8; 16],
    newest: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    name_at: usize,
    size: u64,
    offset: u64,
    crc32: u32,
    modified: u32,
}

/// A layout to which members are added.
#[derive(Debug)]
pub struct LayoutBuilder {
    layout: Layout,
    hash: Sha256,
}

impl Default for LayoutBuilder {
    fn default() -> Self {
        let layout = Layout {
            names: String::new(),
            places: Vec::new(),
            directory_at: 0,
            directory_len: 0,
            tag: [0; 16],
            newest: 0,
        };
        Self { layout, hash: Sha256::new_with_prefix(FORMAT) }
    }
}

impl LayoutBuilder {
    /// Adds the next member.
    pub fn push(&mut self, member: &Member<'_>) {
        let Member { name, file, size, crc32, modified } = *member;
        let layout = &mut self.layout;
        let modified = u32::try_from(modified.timestamp().clamp(0, i32::MAX.into())).unwrap_or_default();
        self.hash.update((name.len() as u64).to_be_bytes());
        self.hash.update(name);
        self.hash.update(file.as_bytes());
        self.hash.update(size.to_be_bytes());
        self.hash.update(crc32.to_be_bytes());
        self.hash.update(modified.to_be_bytes());
        let (name_at, offset) = (layout.names.len(), layout.directory_at);
        layout.names.push_str(name);
        layout.places.push(Place { name_at, size, offset, crc32, modified });
        let entry = Entry { name, size, crc32, modified, offset };
        layout.directory_at = offset.saturating_add(entry.local_len()).saturating_add(size);
        layout.directory_len += entry.central_len();
        layout.newest = layout.newest.max(modified);
    }

    /// The finished layout.
    pub fn finish(self) -> Layout {
        let Self { mut layout, hash } = self;
        let hash = hash.finalize();
        layout.tag = std::array::from_fn(|index| hash[index]);
        layout.names.shrink_to_fit();
        layout.places.shrink_to_fit();
        layout
    }
}

impl Layout {
    /// How many members there are.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// The length of the archive in bytes.
    pub fn byte_size(&self) -> u64 {
        self.directory_at.saturating_add(self.directory_len).saturating_add(self.directory().end_len())
    }

    /// The same for archives of the same bytes, and different for others.
    pub fn tag(&self) -> [u8; 16] {
        self.tag
    }

    /// When the newest member was added.
    pub fn newest(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.newest.into(), 0).unwrap_or_default()
    }

    /// The path of a member.
    pub fn name(&self, index: usize) -> &str {
        let end = self.places.get(index + 1).map_or(self.names.len(), |next| next.name_at);
        &self.names[self.places[index].name_at..end]
    }

    /// Walks through a range of the archive.
    pub fn cursor(&self, range: Range<u64>) -> Cursor {
        Cursor::new(self, range)
    }

    pub(super) fn entry(&self, index: usize) -> Entry<'_> {
        let Place { name_at: _, size, offset, crc32, modified } = self.places[index];
        Entry { name: self.name(index), size, crc32, modified, offset }
    }

    /// The member whose header or bytes are at this place, which lies before the central directory.
    pub(super) fn member_at(&self, at: u64) -> usize {
        self.places.partition_point(|place| place.offset <= at).saturating_sub(1)
    }

    pub(super) fn directory(&self) -> Directory {
        Directory { entries: self.places.len() as u64, offset: self.directory_at, size: self.directory_len }
    }
}
