//! Decodes pages with the old kind of JPEG compression (6), of which the page is one JPEG. Libraries leave it out, because
//! its specification allowed the parts of a JPEG to be anywhere; most programs wrote it in one piece, or with the pixels
//! apart from what comes before them.

use super::{
    page::{ORIENTATION, Page, STRIP_LENGTHS, STRIP_OFFSETS},
    words,
};
use crate::{MediaError, decoded::Decoded, jpeg};
use image::metadata::Orientation;
use std::{
    io::{self, Read, Seek, SeekFrom},
    iter::once,
};

/// The tags of where the JPEG begins, and of how long it is.
const JPEG_OFFSET: u16 = 513;
const JPEG_LENGTH: u16 = 514;

/// The largest page that is read, in bytes.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Decodes a page, or refuses it.
pub(super) fn decode(file: &mut (impl Read + Seek), page: &Page) -> Result<Decoded, MediaError> {
    let failed = |error| MediaError::of_io(error, "the original cannot be read");
    let (jpeg, orientation) = read(file, page).map_err(failed)?;
    match jpeg::decode(jpeg, u32::MAX) {
        // Strips that do not continue each other are decoded with defects, and show something else.
        Ok(decoded) if decoded.warning.is_none() && (decoded.width, decoded.height) == (page.width, page.height) => {
            Ok(Decoded { orientation, ..decoded })
        }
        Ok(_) | Err(MediaError::Unusable(_)) => Err(words::unsupported(page)),
        Err(error) => Err(error),
    }
}

/// The JPEG, which is the piece that begins it, and the strips unless they are within that; and the orientation.
fn read(file: &mut (impl Read + Seek), page: &Page) -> io::Result<(Vec<u8>, Orientation)> {
    let mut numbers = |tag: u16| {
        let entry = page.entries.iter().find(|entry| entry.tag == tag);
        entry.map(|entry| page.format.numbers(file, entry, u64::MAX)).transpose().map(Option::unwrap_or_default)
    };
    let (offset, length) = (numbers(JPEG_OFFSET)?, numbers(JPEG_LENGTH)?);
    let orientation = numbers(ORIENTATION)?.first().and_then(|number| u8::try_from(*number).ok());
    let orientation = orientation.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms);
    let (offsets, lengths) = (numbers(STRIP_OFFSETS)?, numbers(STRIP_LENGTHS)?);
    let (offset, length) = (offset.first().copied().unwrap_or(0), length.first().copied().unwrap_or(u64::MAX));
    let begin = (offset, length);
    let is_within = |at: u64| at >= offset && at - offset < length;
    let strips = offsets.into_iter().zip(lengths).filter(|(at, _)| !is_within(*at));
    let (mut jpeg, mut left) = (Vec::new(), MAX_BYTES);
    for (at, length) in once(begin).chain(strips) {
        file.seek(SeekFrom::Start(at))?;
        left -= Read::by_ref(file).take(length.min(left)).read_to_end(&mut jpeg)? as u64;
    }
    Ok((jpeg, orientation))
}
