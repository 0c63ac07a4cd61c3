//! Reads directories as TIFFs have them, which raw files and the notes of cameras in them consist of.
//!
//! The `tiff` crate reads directories only of files whose first picture it can decode, and with offsets that count from
//! the beginning of the file. Both are often not so here.

use super::source::Source;

/// The most entries of a directory; one with more is no directory.
const MAX_ENTRIES: u64 = 1000;

/// The most numbers of an entry that are read.
const MAX_NUMBERS: u64 = 64;

/// The longest text that is read.
const MAX_TEXT: u64 = 64;

/// How numbers are written, and from where offsets count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) base: u64,
    pub(super) is_big_endian: bool,
    /// `BigTIFF`, in which offsets have eight bytes.
    pub(super) is_big: bool,
}

#[derive(Debug)]
struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    /// The values, or where they are.
    field: Vec<u8>,
    /// Where this field is.
    field_at: u64,
}

/// A directory.
#[derive(Debug)]
pub(super) struct Directory {
    pub(super) layout: Layout,
    entries: Vec<Entry>,
    /// Where the next one is.
    pub(super) next: Option<u64>,
}

impl Layout {
    /// The layout of a file, or of a part of one, that begins here as TIFFs do; and where its first directory is.
    pub(super) fn read(source: &mut Source, base: u64) -> Option<(Self, u64)> {
        let header = source.bytes(base, 8)?;
        let is_big_endian = match &header[..2] {
            b"II" => false,
            b"MM" => true,
            _ => return None,
        };
        let mut layout = Self { base, is_big_endian, is_big: false };
        layout.is_big = layout.number(&header[2..4]) == 43;
        let field = if layout.is_big { source.bytes(base + 8, 8)? } else { header[4..].to_vec() };
        Some((layout, layout.place(layout.number(&field))?))
    }

    pub(super) fn number(self, bytes: &[u8]) -> u64 {
        let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        if self.is_big_endian { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) }
    }

    /// The place in the file of an offset.
    pub(super) fn place(self, offset: u64) -> Option<u64> {
        self.base.checked_add(offset)
    }

    const fn offset_size(self) -> u8 {
        if self.is_big { 8 } else { 4 }
    }
}

/// How many bytes a value of this type has.
const fn size_of(kind: u16) -> Option<u64> {
    match kind {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 | 16..=18 => Some(8),
        _ => None,
    }
}

impl Directory {
    /// Reads the directory that begins at this place of the file.
    pub(super) fn read(source: &mut Source, layout: Layout, at: u64) -> Option<Self> {
        let (count_size, offset_size) = (if layout.is_big { 8 } else { 2 }, u64::from(layout.offset_size()));
        let entry_size = if layout.is_big { 20 } else { 12 };
        let count = layout.number(&source.bytes(at, count_size)?);
        if count == 0 || count > MAX_ENTRIES {
            return None;
        }
        let first = at.checked_add(count_size)?;
        let bytes = source.bytes(first, count * entry_size)?;
        let length = usize::try_from(entry_size).ok()?;
        let entry = |(bytes, place): (&[u8], u64)| {
            // The value is the last part of an entry.
            let (facts, field) = bytes.split_at(length - usize::from(layout.offset_size()));
            let short = |from: usize| u16::try_from(layout.number(&facts[from..from + 2])).unwrap_or_default();
            let field_at = first + (place + 1) * entry_size - u64::from(layout.offset_size());
            let (tag, kind, count) = (short(0), short(2), layout.number(&facts[4..]));
            Entry { tag, kind, count, field: field.to_vec(), field_at }
        };
        let entries = bytes.chunks_exact(length).zip(0..).map(entry).collect();
        // The notes of some cameras have no next directory, and end with the file.
        let next = source.bytes(first + count * entry_size, offset_size).map(|field| layout.number(&field));
        let next = next.filter(|offset| *offset != 0).and_then(|offset| layout.place(offset));
        Some(Self { layout, entries, next })
    }

    fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    pub(super) fn contains(&self, tag: u16) -> bool {
        self.entry(tag).is_some()
    }

    /// Where the values of an entry are, and how many bytes they have.
    pub(super) fn place(&self, tag: u16) -> Option<(u64, u64)> {
        let entry = self.entry(tag)?;
        let length = entry.count.checked_mul(size_of(entry.kind)?)?;
        let is_here = length <= self.layout.offset_size().into();
        let at = if is_here { entry.field_at } else { self.layout.place(self.layout.number(&entry.field))? };
        Some((at, length))
    }

    /// The numbers of an entry; of fractions, whole numbers.
    pub(super) fn numbers(&self, source: &mut Source, tag: u16) -> Vec<u64> {
        self.read_numbers(source, tag).unwrap_or_default()
    }

    fn read_numbers(&self, source: &mut Source, tag: u16) -> Option<Vec<u64>> {
        let (at, length) = self.place(tag)?;
        let kind = self.entry(tag)?.kind;
        let size = size_of(kind)?;
        let bytes = source.bytes(at, length.min(MAX_NUMBERS * size))?;
        let values = bytes.chunks_exact(usize::try_from(size).ok()?);
        let whole = |value: &[u8]| match kind {
            5 | 10 => self.layout.number(&value[..4]).checked_div(self.layout.number(&value[4..])).unwrap_or_default(),
            _ => self.layout.number(value),
        };
        Some(values.map(whole).collect())
    }

    /// The first number of an entry.
    pub(super) fn number(&self, source: &mut Source, tag: u16) -> Option<u64> {
        self.numbers(source, tag).first().copied()
    }

    /// A text.
    pub(super) fn text(&self, source: &mut Source, tag: u16) -> Option<String> {
        let (at, length) = self.place(tag)?;
        let bytes = source.bytes(at, length.min(MAX_TEXT))?;
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        Some(String::from_utf8_lossy(&bytes[..end]).trim().to_owned())
    }
}
