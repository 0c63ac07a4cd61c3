//! Decodes what Windows calls bitmaps: BMP, and icons and cursors, which hold several pictures.

use super::{MediaError, decoded::Decoded, raster};
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

/// The length of the first header of a picture that may have a profile, and what it then says about its colours.
const WITH_PROFILE: (u32, &[u8]) = (124, b"DEBM");

/// The largest profile that is read, in bytes.
const MAX_PROFILE: u64 = 4 * 1024 * 1024;

/// Decodes a BMP.
pub(super) fn open(path: &Path) -> Result<Decoded, MediaError> {
    let decoded = match raster::open(path, ImageFormat::Bmp) {
        Err(MediaError::Unusable(reason)) if reason.contains("of a kind") => {
            return Err(MediaError::unusable("The BMP holds a picture of another format. Save it as a PNG or JPEG."));
        }
        other => other?,
    };
    let profile = File::open(path).ok().and_then(|mut file| profile(&mut file));
    Ok(Decoded { picture: shown(decoded.picture), profile, ..decoded })
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
