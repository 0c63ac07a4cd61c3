//! Directories of a TIFF: lists of entries, each of which has a tag and values.

use std::io::{self, Read, Seek, SeekFrom};

/// The most entries of a directory that are looked at; one has some twenty.
const MAX_ENTRIES: u64 = 1000;

/// The most bytes of the values of an entry.
const MAX_VALUES: u64 = 16 * 1024 * 1024;

/// Types of values.
const SHORT: u16 = 3;
const LONG: u16 = 4;
const LONG8: u16 = 16;

/// How the numbers of a file are written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Format {
    pub(super) is_big_endian: bool,
    /// `BigTIFF`, in which offsets have eight bytes.
    is_big: bool,
}

/// An entry as it is in the file.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) tag: u16,
    kind: u16,
    count: u64,
    /// The values, or where they are, if they do not fit into the entry; longer only in an entry that was made here.
    value: Vec<u8>,
}

/// A directory, and where the next one is.
pub(super) struct Directory {
    pub(super) entries: Vec<Entry>,
    pub(super) next: u64,
}

impl Format {
    /// The format of a file, and where its first directory is.
    pub(super) fn read(file: &mut (impl Read + Seek)) -> io::Result<(Self, u64)> {
        let mut header = [0; 16];
        file.rewind()?;
        file.read_exact(&mut header[..8])?;
        let format = Self { is_big_endian: &header[..2] == b"MM", is_big: header[2..4].contains(&43) };
        if format.is_big {
            file.read_exact(&mut header[8..])?;
        }
        Ok((format, format.number(&header[format.link_at()..][..format.offset_size()])))
    }

    /// Where the header says where the first directory is.
    const fn link_at(self) -> usize {
        self.offset_size()
    }

    const fn offset_size(self) -> usize {
        if self.is_big { 8 } else { 4 }
    }

    /// The bytes of the header that say where the first directory is, and their place; none if it is too far away.
    pub(super) fn link(self, at: u64) -> Option<(u64, Vec<u8>)> {
        (self.is_big || u32::try_from(at).is_ok()).then(|| (self.link_at() as u64, self.bytes(at, self.offset_size())))
    }

    fn number(self, bytes: &[u8]) -> u64 {
        let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        if self.is_big_endian { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) }
    }

    fn bytes(self, number: u64, size: usize) -> Vec<u8> {
        if self.is_big_endian {
            number.to_be_bytes()[8 - size..].to_vec()
        } else {
            number.to_le_bytes()[..size].to_vec()
        }
    }

    /// Reads the directory at a place.
    pub(super) fn directory(self, file: &mut (impl Read + Seek), at: u64) -> io::Result<Directory> {
        file.seek(SeekFrom::Start(at))?;
        let (count_size, entry_size) = if self.is_big { (8, 20) } else { (2, 12) };
        let mut number = [0; 8];
        file.read_exact(&mut number[..count_size])?;
        let count = self.number(&number[..count_size]);
        let mut entries = vec![0; usize::try_from(count.min(MAX_ENTRIES)).unwrap_or_default() * entry_size];
        file.read_exact(&mut entries)?;
        let mut next = 0;
        if count <= MAX_ENTRIES {
            file.read_exact(&mut number[..self.offset_size()])?;
            next = self.number(&number[..self.offset_size()]);
        }
        let short = |bytes: &[u8]| u16::try_from(self.number(bytes)).unwrap_or_default();
        let entry = |bytes: &[u8]| {
            // The value is the last part of an entry.
            let (facts, value) = bytes.split_at(entry_size - self.offset_size());
            let (tag, kind) = (short(&facts[..2]), short(&facts[2..4]));
            Entry { tag, kind, count: self.number(&facts[4..]), value: value.to_vec() }
        };
        Ok(Directory { entries: entries.chunks_exact(entry_size).map(entry).collect(), next })
    }

    /// The bytes of a directory of these entries at a place, with nothing after it.
    pub(super) fn written(self, mut entries: Vec<Entry>, at: u64) -> Vec<u8> {
        entries.sort_by_key(|entry| entry.tag);
        let size = if self.is_big { 16 + entries.len() * 20 } else { 6 + entries.len() * 12 };
        let mut directory = self.bytes(entries.len() as u64, if self.is_big { 8 } else { 2 });
        let mut values = Vec::new();
        for Entry { tag, kind, count, mut value } in entries {
            directory.extend([self.bytes(tag.into(), 2), self.bytes(kind.into(), 2)].concat());
            directory.extend(self.bytes(count, self.offset_size()));
            if value.len() > self.offset_size() {
                directory.extend(self.bytes(at + (size + values.len()) as u64, self.offset_size()));
                values.extend(value);
            } else {
                value.resize(self.offset_size(), 0);
                directory.extend(value);
            }
        }
        directory.extend(self.bytes(0, self.offset_size()));
        directory.extend(values);
        directory
    }

    /// An entry of whole numbers.
    pub(super) fn entry(self, tag: u16, numbers: &[u64]) -> Entry {
        let most = numbers.iter().copied().max().unwrap_or_default();
        let (kind, size) = if u16::try_from(most).is_ok() {
            (SHORT, 2)
        } else if u32::try_from(most).is_ok() {
            (LONG, 4)
        } else {
            (LONG8, 8)
        };
        let value = numbers.iter().flat_map(|number| self.bytes(*number, size)).collect();
        Entry { tag, kind, count: numbers.len() as u64, value }
    }

    /// The first of the whole numbers of an entry, up to so many.
    pub(super) fn numbers(self, file: &mut (impl Read + Seek), entry: &Entry, most: u64) -> io::Result<Vec<u64>> {
        let size = size_of(entry.kind);
        let length = entry.count.min(most).saturating_mul(size as u64);
        let all = entry.count.saturating_mul(size as u64);
        if length > MAX_VALUES {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut value = entry.value.clone();
        if all > value.len() as u64 {
            file.seek(SeekFrom::Start(self.number(&value)))?;
            value = vec![0; usize::try_from(length).unwrap_or_default()];
            file.read_exact(&mut value)?;
        }
        value.truncate(usize::try_from(length).unwrap_or_default());
        Ok(value.chunks_exact(size).map(|number| self.number(number)).collect())
    }
}

/// How many bytes a number of this type has.
const fn size_of(kind: u16) -> usize {
    match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        16..=18 => 8,
        _ => 4,
    }
}
