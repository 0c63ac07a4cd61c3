//! Finds in a picture when it was taken: by EXIF, wherever a format keeps that.
//!
//! Only the date on which it was taken counts (`DateTimeOriginal`), and not that of a scan or of the last change. The time
//! zone that newer cameras write beside it is not needed, because the date is kept as the clock showed it.

use super::{
    MediaError,
    directory::{Directory, Layout},
    heif::boxes::{self, boxes, content, header, number},
    raw::canon::CAMERA,
    segments::{self, Segment, Walk},
    source::Source,
};
use domain::{captured::Captured, media::is_raw};
use std::path::Path;

const EXIF_DIRECTORY: u16 = 34665;
const TAKEN: u16 = 36867;
const TAKEN_FRACTION: u16 = 37521;

/// How much of a JPEG is read to find its EXIF, which comes first.
const HEADER_BYTES: u64 = 512 * 1024;

/// The most chunks, resources or boxes that are looked at.
const MAX_PARTS: usize = 10_000;

/// When a picture was taken, as it says; none if it does not say so.
pub(super) fn of_picture(path: &Path, media_type: &str) -> Result<Option<Captured>, MediaError> {
    let mut source = Source::open(path)?;
    let found = find(&mut source, media_type);
    match source.finish() {
        Ok(()) => Ok(found),
        Err(MediaError::Unusable(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn find(source: &mut Source, media_type: &str) -> Option<Captured> {
    match media_type {
        "image/jpeg" => in_jpeg(source, 0),
        "image/png" => in_png(source),
        "image/webp" => in_webp(source),
        "image/heif" | "image/heic" | "image/avif" => in_heif(source),
        "image/jxl" => in_jxl(source),
        "image/vnd.adobe.photoshop" => in_photoshop(source),
        "image/x-canon-cr3" => in_cr3(source),
        "image/x-fuji-raf" => {
            let jpeg = source.bytes(84, 4)?;
            in_jpeg(source, number(&jpeg).into())
        }
        tiff if tiff == "image/tiff" || is_raw(tiff) => in_tiff(source, 0),
        _ => None,
    }
}

/// In a TIFF that begins here, which EXIF is, too.
fn in_tiff(source: &mut Source, at: u64) -> Option<Captured> {
    let (layout, first) = Layout::read(source, at)?;
    let main = Directory::read(source, layout, first)?;
    let exif = main.number(source, EXIF_DIRECTORY).and_then(|offset| layout.place(offset));
    let exif = exif.and_then(|at| Directory::read(source, layout, at));
    // Some raw files have it in the main directory.
    exif.iter().chain([&main]).find_map(|directory| {
        let text = directory.text(source, TAKEN)?;
        Captured::of_exif(&text, directory.text(source, TAKEN_FRACTION).as_deref())
    })
}

/// In EXIF that begins here. Some programs write the name of the segment of a JPEG before it, where none belongs.
fn in_exif(source: &mut Source, at: u64) -> Option<Captured> {
    let name = segments::EXIF.len() as u64;
    let has_name = source.bytes(at, name).is_some_and(|bytes| bytes == segments::EXIF);
    in_tiff(source, if has_name { at.checked_add(name)? } else { at })
}

/// In a JPEG that begins here.
fn in_jpeg(source: &mut Source, at: u64) -> Option<Captured> {
    let head = source.up_to(at, HEADER_BYTES)?;
    let exif = Walk::new(&head).filter(|segment| segment.marker == 0xe1 && segment.data.starts_with(segments::EXIF));
    let places: Vec<usize> = exif.map(|Segment { at, .. }| at + 4).collect();
    places.into_iter().find_map(|place| in_exif(source, at.checked_add(place as u64)?))
}

fn in_png(source: &mut Source) -> Option<Captured> {
    let mut at: u64 = 8;
    for _ in 0..MAX_PARTS {
        let chunk = source.bytes(at, 8)?;
        if &chunk[4..] == b"eXIf" {
            return in_exif(source, at + 8);
        }
        at = at.checked_add(12 + u64::from(number(&chunk[..4])))?;
    }
    None
}

fn in_webp(source: &mut Source) -> Option<Captured> {
    let mut at: u64 = 12;
    for _ in 0..MAX_PARTS {
        let chunk = source.bytes(at, 8)?;
        if &chunk[..4] == b"EXIF" {
            return in_exif(source, at + 8);
        }
        let length = u64::from(u32::from_le_bytes(chunk[4..].try_into().ok()?));
        at = at.checked_add(8 + length + length % 2)?;
    }
    None
}

/// In the resources of a Photoshop file, after its header and its palette.
fn in_photoshop(source: &mut Source) -> Option<Captured> {
    let mut at = 30 + u64::from(number(&source.bytes(26, 4)?));
    let end = at + 4 + u64::from(number(&source.bytes(at, 4)?));
    at += 4;
    for _ in 0..MAX_PARTS {
        let start = source.bytes(at, 7).filter(|_| at < end)?;
        // The name has its length before it, and both together an even number of bytes.
        let name = u64::from(start[6]) | 1;
        let length = u64::from(number(&source.bytes(at + 7 + name, 4)?));
        let content = at + 11 + name;
        if number(&start[4..6]) == 1058 {
            return in_exif(source, content);
        }
        at = content + length + length % 2;
    }
    None
}

/// Where the content of the first box of a type begins, among those from here to there, and where it ends.
fn boxed(source: &mut Source, (mut at, end): (u64, u64), wanted: [u8; 4]) -> Option<(u64, u64)> {
    for _ in 0..MAX_PARTS {
        let (kind, from, length) = header(source, at).filter(|_| at < end)?;
        at = from.checked_add(length)?;
        if kind == wanted {
            return Some((from, at));
        }
    }
    None
}

/// In a box of EXIF, which begins with the number of bytes before the EXIF itself.
fn in_box(source: &mut Source, at: u64) -> Option<Captured> {
    let before = u64::from(number(&source.bytes(at, 4)?));
    in_exif(source, at.checked_add(4 + before)?)
}

fn in_jxl(source: &mut Source) -> Option<Captured> {
    let (at, _) = boxed(source, (0, source.length()), *b"Exif")?;
    in_box(source, at)
}

fn in_cr3(source: &mut Source) -> Option<Captured> {
    let moov = boxed(source, (0, source.length()), *b"moov")?;
    let (at, end) = boxed(source, moov, *b"uuid")?;
    let id = CAMERA.len() as u64;
    if source.bytes(at, id)? != CAMERA {
        return None;
    }
    let (exif, _) = boxed(source, (at + id, end), *b"CMT2")?;
    in_tiff(source, exif)
}

fn in_heif(source: &mut Source) -> Option<Captured> {
    let (at, end) = boxed(source, (0, source.length()), *b"meta")?;
    // A version and flags come first.
    let meta = source.up_to(at + 4, end.checked_sub(at + 4)?.min(boxes::MAX_META))?;
    let exif = item_of_exif(content(&meta, *b"iinf")?)?;
    in_box(source, place_of(content(&meta, *b"iloc")?, exif)?)
}

/// The id of the item that is EXIF.
fn item_of_exif(info: &[u8]) -> Option<u32> {
    let entries = info.get(if *info.first()? == 0 { 6 } else { 8 }..)?;
    boxes(entries).find_map(|(_, entry)| {
        let id_bytes = if *entry.first()? >= 3 { 4 } else { 2 };
        let rest = entry.get(4..)?;
        let is_exif = rest.get(id_bytes + 2..id_bytes + 6)? == b"Exif";
        is_exif.then(|| number(&rest[..id_bytes]))
    })
}

/// Where in the file an item begins.
fn place_of(locations: &[u8], wanted: u32) -> Option<u64> {
    let mut rest = locations;
    let mut take = |bytes: usize| {
        let (taken, left) = rest.split_at_checked(bytes)?;
        rest = left;
        Some(taken.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)))
    };
    let version = take(1)?;
    take(3)?;
    let (sizes, more) = (take(1)?, take(1)?);
    let [offset_bytes, length_bytes] = [sizes >> 4, sizes & 15].map(|size| usize::try_from(size).unwrap_or_default());
    let (id_bytes, has_method) = (if version < 2 { 2 } else { 4 }, version > 0);
    let index = if has_method { more & 15 } else { 0 };
    let [base_bytes, index_bytes] = [more >> 4, index].map(|size| usize::try_from(size).unwrap_or_default());
    for _ in 0..take(id_bytes)? {
        let id = take(id_bytes)?;
        let method = if has_method { take(2)? & 15 } else { 0 };
        // Which file it is in: this one.
        take(2)?;
        let base = take(base_bytes)?;
        let extents = usize::try_from(take(2)?).ok()?;
        if extents > 0 {
            take(index_bytes)?;
            let first = base.checked_add(take(offset_bytes)?)?;
            take(length_bytes)?;
            if id == u64::from(wanted) {
                return Some(first).filter(|_| method == 0);
            }
            take((extents - 1) * (index_bytes + offset_bytes + length_bytes))?;
        }
    }
    None
}

#[cfg(test)]
mod tests;
