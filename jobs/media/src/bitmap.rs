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
const FILE_HEADER: u64 = 14;

/// The lengths of the headers of OS/2 and of the one of Windows that says the same, in bytes.
const OS2_SHORT: u64 = 16;
const OS2_LONG: u64 = 64;
const WINDOWS: u64 = 40;

/// The length of the first header of a picture that may have a profile, and what it then says about its colours.
const WITH_PROFILE: (u32, &[u8]) = (124, b"DEBM");

/// The largest profile that is read, in bytes.
const MAX_PROFILE: u64 = 4 * 1024 * 1024;

/// Decodes a BMP.
pub(super) fn open(path: &Path) -> Result<Decoded, MediaError> {
    let decoded = match of_windows(path)? {
        Some(bytes) => raster::decode(&bytes, ImageFormat::Bmp)?,
        None => raster::open(path, ImageFormat::Bmp)?,
    };
    let profile = File::open(path).ok().and_then(|mut file| profile(&mut file));
    Ok(Decoded { picture: shown(decoded.picture), profile, ..decoded })
}

/// The file with the header of Windows, if it has that of OS/2, which the decoder does not know. Refuses files that hold a
/// picture of another format. What is no BMP is left to the decoder.
fn of_windows(path: &Path) -> Result<Option<Vec<u8>>, MediaError> {
    let of_io = |error| MediaError::of_io(error, "the original cannot be read");
    let mut file = File::open(path).map_err(of_io)?;
    let mut head = Vec::new();
    file.by_ref().take(FILE_HEADER + OS2_LONG).read_to_end(&mut head).map_err(of_io)?;
    let number = |at: usize| head.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes);
    let length = number(14).map(u64::from);
    if matches!(number(30), Some(4 | 5)) && length.is_some_and(|length| length != OS2_LONG) {
        return Err(MediaError::unusable("The BMP holds a picture of another format. Save it as a PNG or JPEG."));
    }
    let Some(length @ (OS2_SHORT | OS2_LONG)) = length else { return Ok(None) };
    limits::check_memory(file.metadata().map_err(of_io)?.len())?;
    let mut bytes = vec![0; usize::try_from(FILE_HEADER + WINDOWS).unwrap_or_default()];
    let told = usize::try_from(FILE_HEADER + length.min(WINDOWS)).unwrap_or_default().min(head.len());
    bytes[..told].copy_from_slice(&head[..told]);
    bytes[14..18].copy_from_slice(&40_u32.to_le_bytes());
    let moved = number(10).unwrap_or_default().wrapping_add(40).wrapping_sub(u32::try_from(length).unwrap_or_default());
    bytes[10..14].copy_from_slice(&moved.to_le_bytes());
    file.seek(SeekFrom::Start(FILE_HEADER + length)).map_err(of_io)?;
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
    file.seek(SeekFrom::Start(FILE_HEADER + place)).ok()?;
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
