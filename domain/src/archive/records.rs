//! The records of the ZIP format (PKWARE's APPNOTE 6.3.10).
//!
//! Members are stored, with their sizes and CRC-32 in the local header and no data descriptor, because programs that
//! read from a stream cannot find the end of a stored member otherwise. ZIP64 is used exactly where a field of 32 or 16
//! bits is full: some programs fail with more, others with less.

use chrono::{DateTime, Datelike, Timelike};

/// From this number on, the true one is in the ZIP64 extra field.
const FULL_32: u64 = 0xffff_ffff;
const FULL_16: u64 = 0xffff;

/// Names are in UTF-8; no data descriptor.
const FLAGS: u16 = 1 << 11;

/// The versions of the format that a reader needs: for folders in names, and for ZIP64.
const NEEDS_FOLDERS: u16 = 20;
const NEEDS_ZIP64: u16 = 45;

/// The system whose file modes the archive has: Unix.
const UNIX: u16 = 3 << 8;

/// A file that everybody may read and its owner may write. Without it, files are unpacked unreadable.
const MODE: u32 = 0o100_644 << 16;

/// A member, as its records describe it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    pub(super) size: u64,
    pub(super) crc32: u32,
    /// When the file was made, in seconds since 1970; at most `i32::MAX`.
    pub(super) modified: u32,
    /// Where the local header begins.
    pub(super) offset: u64,
}

impl Entry<'_> {
    fn is_large(&self) -> bool {
        self.size >= FULL_32
    }

    /// The values of the ZIP64 extra field of the central directory: those whose own fields are full.
    fn in_zip64(&self) -> impl Iterator<Item = u64> {
        let sizes = self.is_large().then_some([self.size, self.size]);
        sizes.into_iter().flatten().chain((self.offset >= FULL_32).then_some(self.offset))
    }

    /// How long the local header is.
    pub(super) fn local_len(&self) -> u64 {
        let zip64 = if self.is_large() { 20 } else { 0 };
        30 + self.name.len() as u64 + zip64 + 9
    }

    /// The local header, which comes before the bytes of the file.
    pub(super) fn local(&self) -> Vec<u8> {
        let mut record = Record::new(0x0403_4b50);
        record.u16(if self.is_large() { NEEDS_ZIP64 } else { NEEDS_FOLDERS });
        self.common(&mut record);
        record.u16(if self.is_large() { 29 } else { 9 });
        record.0.extend_from_slice(self.name.as_bytes());
        if self.is_large() {
            record.u16(1);
            record.u16(16);
            record.u64(self.size);
            record.u64(self.size);
        }
        self.timestamp(&mut record);
        record.0
    }

    /// How long the record in the central directory is.
    pub(super) fn central_len(&self) -> u64 {
        46 + self.name.len() as u64 + u64::from(self.central_extra_len())
    }

    fn central_extra_len(&self) -> u16 {
        let values = u16::try_from(self.in_zip64().count()).unwrap_or_default();
        if values == 0 { 9 } else { 9 + 4 + 8 * values }
    }

    /// The record in the central directory.
    pub(super) fn central(&self) -> Vec<u8> {
        let needs = if self.in_zip64().next().is_some() { NEEDS_ZIP64 } else { NEEDS_FOLDERS };
        let mut record = Record::new(0x0201_4b50);
        record.u16(UNIX | needs);
        record.u16(needs);
        self.common(&mut record);
        record.u16(self.central_extra_len());
        // No comment, the first disk, a file of bytes.
        record.0.extend_from_slice(&[0; 6]);
        record.u32(MODE);
        record.u32(capped_32(self.offset));
        record.0.extend_from_slice(self.name.as_bytes());
        let values = self.in_zip64().count();
        if values > 0 {
            record.u16(1);
            record.u16(u16::try_from(8 * values).unwrap_or_default());
            self.in_zip64().for_each(|value| record.u64(value));
        }
        self.timestamp(&mut record);
        record.0
    }

    /// What both headers have in common: from the flags to the length of the name.
    fn common(&self, record: &mut Record) {
        record.u16(FLAGS);
        record.u16(0);
        let (date, time) = dos_time(self.modified);
        record.u16(time);
        record.u16(date);
        record.u32(self.crc32);
        record.u32(capped_32(self.size));
        record.u32(capped_32(self.size));
        record.u16(u16::try_from(self.name.len()).unwrap_or(u16::MAX));
    }

    /// The extended timestamp: the exact time, in UTC.
    fn timestamp(&self, record: &mut Record) {
        record.u16(0x5455);
        record.u16(5);
        record.0.push(1);
        record.u32(self.modified);
    }
}

/// What the end of an archive tells of its central directory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Directory {
    pub(super) entries: u64,
    pub(super) offset: u64,
    pub(super) size: u64,
}

impl Directory {
    fn needs_zip64(&self) -> bool {
        self.entries >= FULL_16 || self.offset >= FULL_32 || self.size >= FULL_32
    }

    /// How long the end is.
    pub(super) fn end_len(&self) -> u64 {
        if self.needs_zip64() { 56 + 20 + 22 } else { 22 }
    }

    /// The end of the archive.
    pub(super) fn end(&self) -> Vec<u8> {
        let mut all = Vec::new();
        if self.needs_zip64() {
            let mut record = Record::new(0x0606_4b50);
            record.u64(44);
            record.u16(UNIX | NEEDS_ZIP64);
            record.u16(NEEDS_ZIP64);
            record.u32(0);
            record.u32(0);
            for value in [self.entries, self.entries, self.size, self.offset] {
                record.u64(value);
            }
            all.extend(record.0);
            let mut record = Record::new(0x0706_4b50);
            record.u32(0);
            record.u64(self.offset + self.size);
            record.u32(1);
            all.extend(record.0);
        }
        let entries = u16::try_from(self.entries).unwrap_or(u16::MAX);
        let mut record = Record::new(0x0605_4b50);
        for value in [0, 0, entries, entries] {
            record.u16(value);
        }
        record.u32(capped_32(self.size));
        record.u32(capped_32(self.offset));
        record.u16(0);
        all.extend(record.0);
        all
    }
}

/// A record that is being written; its numbers begin with the lowest byte.
struct Record(Vec<u8>);

impl Record {
    fn new(signature: u32) -> Self {
        Self(signature.to_le_bytes().to_vec())
    }

    fn u16(&mut self, value: u16) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }
}

fn capped_32(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Date and time as MS-DOS writes them, in UTC and with a resolution of two seconds. The time before 1980 is unknown to
/// it.
fn dos_time(seconds: u32) -> (u16, u16) {
    let time = DateTime::from_timestamp(seconds.into(), 0).unwrap_or_default();
    let number = |value: u32| u16::try_from(value).unwrap_or_default();
    let Some(year) = u16::try_from(time.year()).ok().and_then(|year| year.checked_sub(1980)) else {
        return (1 << 5 | 1, 0);
    };
    let date = year << 9 | number(time.month()) << 5 | number(time.day());
    (date, number(time.hour()) << 11 | number(time.minute()) << 5 | number(time.second() / 2))
}
