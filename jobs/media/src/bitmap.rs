//! Decodes what Windows calls bitmaps: BMP, and icons and cursors, which hold several pictures.

use super::{MediaError, decoded::Decoded, limits, raster};
use image::{DynamicImage, ImageFormat};
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

mod icon;

pub(super) use icon::open as open_icon;

/// The length of the header before that of the picture.
const FILE_HEADER: u32 = 14;

/// The lengths of the headers of OS/2 and of the one of Windows that says the same, in bytes.
const OS2_SHORT: u32 = 16;
const OS2_LONG: u32 = 64;
const WINDOWS: u32 = 40;

/// The length of the first header of a picture that may have a profile, and what it then says about its colours.
const WITH_PROFILE: (u32, &[u8]) = (124, b"DEBM");

/// The largest profile that is read, in bytes.
const MAX_PROFILE: u64 = 4 * 1024 * 1024;

/// Decodes a BMP.
pub(super) fn open(path: &Path) -> Result<Decoded, MediaError> {
    let decoded = match mended(path)? {
        Some(bytes) => raster::decode(&bytes, ImageFormat::Bmp)?,
        None => raster::open(path, ImageFormat::Bmp)?,
    };
    let profile = File::open(path).ok().and_then(|mut file| profile(&mut file));
    Ok(Decoded { picture: shown(decoded.picture), profile, ..decoded })
}

/// The file with the header of Windows, if it has that of OS/2, which the decoder does not know; and with its pixels where
/// they are, if it says that they begin in what comes before them. Refuses files that hold a picture of another format.
/// What is no BMP is left to the decoder.
fn mended(path: &Path) -> Result<Option<Vec<u8>>, MediaError> {
    let of_io = |error| MediaError::of_io(error, "the original cannot be read");
    let mut file = File::open(path).map_err(of_io)?;
    let mut head = Vec::new();
    file.by_ref().take(u64::from(FILE_HEADER + OS2_LONG)).read_to_end(&mut head).map_err(of_io)?;
    let number = |at: usize| head.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes);
    let (Some(pixels), Some(length @ 13..=1024)) = (number(10), number(14)) else { return Ok(None) };
    let is_os2 = matches!(length, OS2_SHORT | OS2_LONG);
    if matches!(number(30), Some(4 | 5)) && !is_os2 {
        return Err(MediaError::unusable("The BMP holds a picture of another format. Save it as a PNG or JPEG."));
    }
    let bits = head.get(28..30).map_or(24, |bits| u16::from_le_bytes([bits[0], bits[1]]));
    // Behind the header, there is a palette of at least one colour, or the pixels.
    let lies = pixels < FILE_HEADER + length + u32::from(bits <= 8);
    if !is_os2 && !lies {
        return Ok(None);
    }
    let header = if is_os2 { WINDOWS } else { length };
    let colours = if length >= WINDOWS { number(46).filter(|count| (1..=256).contains(count)) } else { None };
    let palette = if bits <= 8 { 4 * colours.unwrap_or(1 << bits) } else { 0 };
    let pixels =
        if lies { FILE_HEADER + header + palette } else { pixels.saturating_add(header).saturating_sub(length) };
    limits::check_memory(file.metadata().map_err(of_io)?.len())?;
    let mut bytes = vec![0; (FILE_HEADER + header) as usize];
    let told = head.len().min((FILE_HEADER + header.min(length)) as usize);
    bytes[..told].copy_from_slice(&head[..told]);
    bytes[10..18].copy_from_slice(&[pixels.to_le_bytes(), header.to_le_bytes()].concat());
    file.seek(SeekFrom::Start((FILE_HEADER + length).into())).map_err(of_io)?;
    file.read_to_end(&mut bytes).map_err(of_io)?;
    Ok(Some(bytes))
}

/// The profile that a BMP has behind its pixels.
fn profile(file: &mut File) -> Option<Vec<u8>> {
    let mut header = [0; 138];
    file.read_exact(&mut header).ok()?;
    let number = |at: usize| header.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
    if (number(14)?, &header[70..74]) != WITH_PROFILE {
        return None;
    }
    let (place, length) = (u64::from(number(126)?), u64::from(number(130)?));
    if length > MAX_PROFILE {
        return None;
    }
    file.seek(SeekFrom::Start(u64::from(FILE_HEADER) + place)).ok()?;
    let mut profile = Vec::new();
    file.take(length).read_to_end(&mut profile).ok()?;
    Some(profile)
}

/// The picture without transparency, if nothing of it could be seen: many programs leave the fourth byte of each pixel
/// at zero, and mean nothing by it.
fn shown(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageRgba8(pixels) if pixels.pixels().all(|pixel| pixel.0[3] == 0) => {
            DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(pixels).into_rgb8())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
