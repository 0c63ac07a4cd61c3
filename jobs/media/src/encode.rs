//! Encodes pictures: as JPEG, or as PNG if they are transparent; with a fitting colour profile, and without other
//! metadata.

use super::{MediaError, segments};
use bytes::Bytes;
use image::{DynamicImage, ImageEncoder, codecs::png::PngEncoder};
use turbojpeg::{Compressor, Image, PixelFormat, Subsamp};

/// The quality of the JPEGs that we write, from 1 to 100.
const JPEG_QUALITY: i32 = 82;

/// The file and its media type.
pub(super) fn encode(picture: &DynamicImage, profile: Option<&[u8]>) -> Result<(Bytes, &'static str), MediaError> {
    let profile = profile.filter(|profile| fits(profile, picture));
    if picture.color().has_alpha() {
        Ok((png(picture, profile)?.into(), "image/png"))
    } else {
        Ok((jpeg(picture, profile)?.into(), "image/jpeg"))
    }
}

fn jpeg(picture: &DynamicImage, profile: Option<&[u8]>) -> Result<Vec<u8>, MediaError> {
    let (format, subsampling) = match picture {
        DynamicImage::ImageLuma8(_) => (PixelFormat::GRAY, Subsamp::Gray),
        _ => (PixelFormat::RGB, Subsamp::Sub2x2),
    };
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let pitch = width * format.size();
    let mut encoder = Compressor::new().map_err(anyhow::Error::new)?;
    encoder.set_quality(JPEG_QUALITY).map_err(anyhow::Error::new)?;
    encoder.set_subsamp(subsampling).map_err(anyhow::Error::new)?;
    let image = Image { pixels: picture.as_bytes(), width, pitch, height, format };
    let bytes = encoder.compress_to_owned(image).map_err(anyhow::Error::new)?;
    Ok(profile.map_or_else(|| bytes.to_vec(), |profile| segments::with_profile(&bytes, profile)))
}

/// A PNG file.
pub(super) fn png(picture: &DynamicImage, profile: Option<&[u8]>) -> Result<Vec<u8>, MediaError> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile.to_vec()).map_err(anyhow::Error::new)?;
    }
    let (width, height) = (picture.width(), picture.height());
    encoder.write_image(picture.as_bytes(), width, height, picture.color().into()).map_err(anyhow::Error::new)?;
    Ok(bytes)
}

/// The largest profile that is kept, in bytes. Profiles of printers are large, those of cameras and screens small.
const MAX_PROFILE: usize = 4 * 1024 * 1024;

/// Whether a profile describes pixels of this kind. A wrong profile makes colours worse than none.
fn fits(profile: &[u8], picture: &DynamicImage) -> bool {
    let space: &[u8] = if picture.color().has_color() { b"RGB " } else { b"GRAY" };
    profile.len() <= MAX_PROFILE && profile.get(16..20) == Some(space) && profile.get(36..40) == Some(b"acsp")
}
