//! JPEGs, through libjpeg-turbo: the fastest decoder there is, and one that can decode at a fraction of the size.

use super::{MediaError, cmyk, limits, raster, segments::Segments, still::Still};
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage, metadata::Orientation};
use std::{fs::File, io::Read, path::Path};
use turbojpeg::{Colorspace, DecompressHeader, Decompressor, Image, PixelFormat, ScalingFactor};

/// A progressive file sends its picture in this many passes at most. Each costs as much as decoding the whole.
const MAX_SCANS: u32 = 100;

/// Warnings of the decoder about what does not show.
const HARMLESS: &[&str] =
    &["extraneous bytes before marker", "unknown JFIF revision", "Unknown Adobe color", "Inconsistent progression"];

/// Decodes a file at the smallest scale that still covers this longest edge.
pub(super) fn open(path: &Path, longest_edge: u32) -> Result<Still, MediaError> {
    let what = "the original cannot be read";
    let file = File::open(path).map_err(|error| MediaError::of_io(error, what))?;
    let mut bytes = Vec::new();
    let size = file.metadata().map_or(0, |found| found.len());
    bytes.reserve_exact(usize::try_from(size.min(limits::MAX_JPEG_BYTES)).unwrap_or_default() + 1);
    file.take(limits::MAX_JPEG_BYTES + 1).read_to_end(&mut bytes).map_err(|error| MediaError::of_io(error, what))?;
    if bytes.len() as u64 > limits::MAX_JPEG_BYTES {
        return Err(MediaError::unusable(format!(
            "The JPEG is larger than {} MB, which cannot be handled.",
            limits::MAX_JPEG_BYTES / 1024 / 1024
        )));
    }
    decode(&bytes, longest_edge)
}

/// The same of bytes.
pub(super) fn decode(jpeg: &[u8], longest_edge: u32) -> Result<Still, MediaError> {
    let segments = Segments::read(jpeg);
    let mut decoder = Decompressor::new().map_err(anyhow::Error::new)?;
    let Ok(header) = decoder.read_header(jpeg) else {
        // It warns about what a more lenient decoder does not mind, as a broken colour profile.
        return raster::decode(std::io::Cursor::new(jpeg), ImageFormat::Jpeg);
    };
    let (width, height) = (pixels(header.width)?, pixels(header.height)?);
    limits::check_edges(width, height)?;
    let factor = scale(&header, longest_edge);
    let scaled = header.scaled(factor);
    // The passes of a progressive file are collected at full size.
    let held = if header.is_progressive { &header } else { &scaled };
    limits::check_pixels(pixels(held.width)?, pixels(held.height)?)?;

    decoder.set_scan_limit(MAX_SCANS).map_err(anyhow::Error::new)?;
    decoder.set_scaling_factor(factor).map_err(anyhow::Error::new)?;
    let (picture, profile) = decompress(&mut decoder, jpeg, &scaled, segments.adobe, segments.profile)?;
    let orientation = segments.orientation.unwrap_or(Orientation::NoTransforms);
    Ok(Still { picture, orientation, profile, width, height })
}

fn decompress(
    decoder: &mut Decompressor,
    jpeg: &[u8],
    scaled: &DecompressHeader,
    adobe: bool,
    profile: Option<Vec<u8>>,
) -> Result<(DynamicImage, Option<Vec<u8>>), MediaError> {
    let format = match scaled.colorspace {
        Colorspace::Gray => PixelFormat::GRAY,
        Colorspace::CMYK | Colorspace::YCCK => PixelFormat::CMYK,
        Colorspace::RGB | Colorspace::YCbCr => PixelFormat::RGB,
    };
    let (width, height, pitch) = (scaled.width, scaled.height, scaled.width * format.size());
    let mut image = Image { pixels: vec![0; pitch * height], width, pitch, height, format };
    match decoder.decompress(jpeg, image.as_deref_mut()) {
        Err(error) if !is_harmless(&error.to_string(), jpeg) => return Err(refusal(&error)),
        _ => {}
    }
    let (width, height) = (pixels(width)?, pixels(height)?);
    let wrong = || MediaError::Failed(anyhow::anyhow!("the decoder's picture has another size than it said"));
    Ok(match format {
        PixelFormat::GRAY => {
            (GrayImage::from_raw(width, height, image.pixels).map(DynamicImage::ImageLuma8).ok_or_else(wrong)?, profile)
        }
        PixelFormat::CMYK => {
            let colours = cmyk::to_rgb(image.pixels, adobe, profile.as_deref());
            (RgbImage::from_raw(width, height, colours).map(DynamicImage::ImageRgb8).ok_or_else(wrong)?, None)
        }
        _ => (RgbImage::from_raw(width, height, image.pixels).map(DynamicImage::ImageRgb8).ok_or_else(wrong)?, profile),
    })
}

fn pixels(edge: usize) -> Result<u32, MediaError> {
    u32::try_from(edge).map_err(|_| MediaError::unusable("The picture is too large to be handled."))
}

/// The smallest scale that covers the edge, in eighths.
fn scale(header: &DecompressHeader, longest_edge: u32) -> ScalingFactor {
    let (longest, wanted) = (header.width.max(header.height), longest_edge as usize);
    let covers = |factor: &ScalingFactor| factor.scale(longest) >= wanted;
    if header.is_lossless {
        return ScalingFactor::ONE;
    }
    (1..8).map(|eighths| ScalingFactor::new(eighths, 8)).find(covers).unwrap_or(ScalingFactor::ONE)
}

/// Whether what the decoder warned about can be overlooked: only the first warning is told, so the end must be there.
fn is_harmless(warning: &str, jpeg: &[u8]) -> bool {
    HARMLESS.iter().any(|part| warning.contains(part)) && jpeg.windows(2).rev().any(|pair| pair == [0xff, 0xd9])
}

fn refusal(error: &turbojpeg::Error) -> MediaError {
    let text = error.to_string();
    if text.contains("remature end") {
        return MediaError::unusable("The JPEG ends in the middle.");
    }
    let reason = text.trim_start_matches("TurboJPEG error: ");
    MediaError::unusable(format!("The JPEG cannot be decoded: {reason}."))
}
