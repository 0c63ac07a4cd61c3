//! Still pictures: decoded once, made small from large, turned upright, written without any metadata.
//!
//! The colour profile is kept; everything else that a camera writes (place, time, owner) is not in the proxies.

use super::Unusable;
use bytes::Bytes;
use domain::Preset;
use fast_image_resize::{ResizeOptions, Resizer};
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    metadata::Orientation,
};
use std::io::Cursor;

/// The largest width and height that are decoded, in pixels.
const MAX_EDGE: u32 = 30_000;

/// The most memory that a decoder may ask for, in bytes: 250 megapixels at four bytes each.
const MAX_ALLOC: u64 = 1_000_000_000;

/// Of the JPEGs we write; from 1 to 100.
const JPEG_QUALITY: u8 = 82;

/// What was made of a picture.
#[derive(Debug)]
pub struct Picture {
    /// Of the original as it is shown, in pixels.
    pub width: u32,
    /// Of the original as it is shown, in pixels.
    pub height: u32,
    /// One for each preset that was asked for.
    pub proxies: Vec<MadeProxy>,
}

/// A proxy, ready to be stored.
#[derive(Debug)]
pub struct MadeProxy {
    /// Which.
    pub preset: Preset,
    /// The file.
    pub bytes: Bytes,
    /// What it is.
    pub media_type: &'static str,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// Makes proxies of a picture, each with its longest edge in pixels.
pub fn proxies(original: &[u8], presets: &[(Preset, u32)]) -> Result<Picture, Unusable> {
    let unusable = |error: image::ImageError| Unusable(format!("The picture cannot be decoded: {error}"));
    let mut reader =
        ImageReader::new(Cursor::new(original)).with_guessed_format().map_err(|error| Unusable(error.to_string()))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_EDGE);
    limits.max_image_height = Some(MAX_EDGE);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unusable)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let mut picture = eight_bits(DynamicImage::from_decoder(decoder).map_err(unusable)?);
    let (width, height) = upright_size(&picture, orientation);

    // Large ones first: each is made from the one before.
    let mut presets = presets.to_vec();
    presets.sort_by_key(|(_, longest_edge)| std::cmp::Reverse(*longest_edge));
    let original = (picture.width(), picture.height());
    let mut resizer = Resizer::new();
    let mut proxies = Vec::with_capacity(presets.len());
    for (preset, longest_edge) in presets {
        picture = shrink(picture, original, longest_edge, &mut resizer)?;
        let mut upright = picture.clone();
        upright.apply_orientation(orientation);
        proxies.push(encode(preset, &upright, profile.as_deref())?);
    }
    Ok(Picture { width, height, proxies })
}

fn upright_size(picture: &DynamicImage, orientation: Orientation) -> (u32, u32) {
    let (width, height) = (picture.width(), picture.height());
    let turned = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    if turned { (height, width) } else { (width, height) }
}

/// Three or four channels of eight bits: what the resizer and the encoders are fast at.
fn eight_bits(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageRgb8(_) | DynamicImage::ImageRgba8(_) => picture,
        other if other.color().has_alpha() => DynamicImage::ImageRgba8(other.into_rgba8()),
        other => DynamicImage::ImageRgb8(other.into_rgb8()),
    }
}

/// Makes a picture fit; one that fits already stays as it is. It was of the `original` size once, which is what the
/// new size is computed from.
fn shrink(
    picture: DynamicImage,
    original: (u32, u32),
    longest_edge: u32,
    resizer: &mut Resizer,
) -> Result<DynamicImage, Unusable> {
    let (width, height) = original;
    let longest = width.max(height);
    if longest <= longest_edge {
        return Ok(picture);
    }
    let scaled = |edge: u32| {
        let exact = (u64::from(edge) * u64::from(longest_edge) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(exact).unwrap_or(longest_edge).max(1)
    };
    let mut small = DynamicImage::new(scaled(width), scaled(height), picture.color());
    resizer
        .resize(&picture, &mut small, &ResizeOptions::new())
        .map_err(|error| Unusable(format!("The picture cannot be resized: {error}")))?;
    Ok(small)
}

/// JPEG, or PNG where something shines through.
fn encode(preset: Preset, picture: &DynamicImage, profile: Option<&[u8]>) -> Result<MadeProxy, Unusable> {
    let mut bytes = Vec::new();
    let media_type = if picture.color().has_alpha() {
        write(PngEncoder::new(&mut bytes), picture, profile)?;
        "image/png"
    } else {
        write(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY), picture, profile)?;
        "image/jpeg"
    };
    Ok(MadeProxy { preset, bytes: bytes.into(), media_type, width: picture.width(), height: picture.height() })
}

fn write(mut encoder: impl ImageEncoder, picture: &DynamicImage, profile: Option<&[u8]>) -> Result<(), Unusable> {
    if let Some(profile) = profile {
        // An encoder that cannot keep the profile writes the picture without.
        let _ = encoder.set_icc_profile(profile.to_vec());
    }
    let size = (picture.width(), picture.height());
    encoder
        .write_image(picture.as_bytes(), size.0, size.1, picture.color().into())
        .map_err(|error| Unusable(format!("The picture cannot be written: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRESETS: &[(Preset, u32)] = &[(Preset::Thumbnail, 320), (Preset::Preview, 1280), (Preset::Fullscreen, 2560)];

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(PngEncoder::new(&mut bytes), picture, None).unwrap();
        bytes
    }

    #[test]
    fn proxies_fit_and_are_never_enlarged() {
        let large = png(&DynamicImage::new_rgb8(2000, 500));
        let picture = proxies(&large, PRESETS).unwrap();
        let sizes: Vec<_> = picture.proxies.iter().map(|proxy| (proxy.preset, proxy.width, proxy.height)).collect();
        assert_eq!(
            sizes,
            [(Preset::Fullscreen, 2000, 500), (Preset::Preview, 1280, 320), (Preset::Thumbnail, 320, 80)]
        );
        assert!(picture.proxies.iter().all(|proxy| proxy.media_type == "image/jpeg"));
    }

    #[test]
    fn transparency_is_kept() {
        let picture = proxies(&png(&DynamicImage::new_rgba8(10, 10)), &PRESETS[..1]).unwrap();
        assert_eq!(picture.proxies[0].media_type, "image/png");
        assert_eq!((picture.width, picture.proxies[0].width), (10, 10));
    }

    #[test]
    fn what_cannot_be_decoded_is_refused_with_a_reason() {
        let whole = png(&DynamicImage::new_rgb8(100, 100));
        for bad in [&b"nothing"[..], &[], &whole[..40]] {
            let Unusable(reason) = proxies(bad, PRESETS).unwrap_err();
            assert!(reason.contains("picture") || reason.contains("format"), "{reason}");
        }
    }
}
