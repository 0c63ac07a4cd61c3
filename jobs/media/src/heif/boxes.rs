//! The boxes of which HEIC and AVIF files consist (ISO/IEC 14496-12).

use crate::source::Source;
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
};

/// The most bytes of the description of a file.
pub(crate) const MAX_META: u64 = 4 * 1024 * 1024;

/// The most boxes that are looked at on each level.
const MAX_BOXES: usize = 10_000;

/// The content of the box that describes the pictures.
pub(super) fn meta(file: &mut File) -> Option<Vec<u8>> {
    let length = top_level(file, *b"meta")?;
    let mut meta = Vec::new();
    file.take(length.min(MAX_META)).read_to_end(&mut meta).ok()?;
    // A version and flags come first.
    meta.get(4..).map(<[u8]>::to_vec)
}

/// Goes to the content of the first box of this type that is in no other, and returns its length.
pub(super) fn top_level(file: &mut File, wanted: [u8; 4]) -> Option<u64> {
    for _ in 0..MAX_BOXES {
        let mut header = [0; 16];
        file.read_exact(&mut header[..8]).ok()?;
        let (mut size, mut before) = (u64::from(number(&header[..4])), 8);
        if size == 1 {
            file.read_exact(&mut header[8..]).ok()?;
            (size, before) = (u64::from_be_bytes(header[8..].try_into().ok()?), 16);
        }
        let rest = size.checked_sub(before)?;
        if header[4..8] == wanted {
            return Some(rest);
        }
        file.seek(SeekFrom::Current(i64::try_from(rest).ok()?)).ok()?;
    }
    None
}

/// The type of a box, where its content begins, and how long that is.
pub(crate) fn header(source: &mut Source, at: u64) -> Option<([u8; 4], u64, u64)> {
    let header = source.bytes(at, 8)?;
    let kind = header[4..].try_into().ok()?;
    match number(&header[..4]) {
        0 => Some((kind, at + 8, source.length() - at - 8)),
        1 => {
            let length = u64::from_be_bytes(source.bytes(at + 8, 8)?.try_into().ok()?);
            Some((kind, at + 16, length.checked_sub(16)?))
        }
        size => Some((kind, at + 8, u64::from(size).checked_sub(8)?)),
    }
}

/// Whether the end of a file is missing: a box that is in no other ends after it.
pub(super) fn is_cut(file: &mut File) -> bool {
    let Ok(about) = file.metadata() else { return false };
    let mut at = 0;
    for _ in 0..MAX_BOXES {
        let mut header = [0; 16];
        if at >= about.len() || file.seek(SeekFrom::Start(at)).is_err() {
            break;
        }
        if file.read_exact(&mut header[..8]).is_err() {
            return true;
        }
        at = at.saturating_add(match number(&header[..4]) {
            // All that is left.
            0 => return false,
            1 if file.read_exact(&mut header[8..]).is_err() => return true,
            1 => header[8..].try_into().map_or(u64::MAX, u64::from_be_bytes),
            size => u64::from(size),
        });
    }
    at > about.len()
}

/// The boxes in a box: their types and contents.
pub(crate) fn boxes(mut data: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let size = number(data.get(..4)?) as usize;
        let kind: [u8; 4] = data.get(4..8)?.try_into().ok()?;
        // A size of 0 stands for all that is left.
        let size = if size == 0 { data.len() } else { size };
        let content = data.get(8..size)?;
        data = &data[size..];
        Some((kind, content))
    })
    .take(MAX_BOXES)
}

/// A number of up to four bytes.
pub(crate) fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// The content of the first box of a type.
pub(crate) fn content(data: &[u8], wanted: [u8; 4]) -> Option<&[u8]> {
    boxes(data).find(|(kind, _)| *kind == wanted).map(|(_, content)| content)
}

/// The id of the main picture.
pub(super) fn main(meta: &[u8]) -> Option<u32> {
    match content(meta, *b"pitm")? {
        [0, _, _, _, id @ ..] => id.get(..2).map(number),
        [_, _, _, _, id @ ..] => id.get(..4).map(number),
        _ => None,
    }
}
