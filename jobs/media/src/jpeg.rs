//! Decodes JPEGs with libjpeg-turbo, which is fast and can decode at a reduced scale.

use super::{MediaError, cmyk, decoded::Decoded, limits, raster, segments::Segments};
use domain::media::{MAX_JPEG_SCANS, TooManyScans};
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage, metadata::Orientation};
use std::{fs::File, io::Read, path::Path};
use turbojpeg::{Colorspace, DecompressHeader, Decompressor, Image, PixelFormat, ScalingFactor, Subsamp};

/// Warnings of the decoder about defects that are not visible.
const HARMLESS: &[&str] =
    &["extraneous bytes before marker", "unknown JFIF revision", "Unknown Adobe color", "Inconsistent progression"];

/// Decodes a file at the smallest scale that still covers this longest edge.
pub(super) fn open(path: &Path, longest_edge: u32) -> Result<Decoded, MediaError> {
    let what = "the original cannot be read";
    let file = File::open(path).map_err(|error| MediaError::of_io(error, what))?;
    let size = file.metadata().map_err(|error| MediaError::of_io(error, what))?.len();
    // A JPEG is read into memory, whereas the other formats are read in pieces.
    limits::check_memory(size)?;
    let mut bytes = Vec::new();
    bytes.reserve_exact(usize::try_from(size).unwrap_or_default());
    file.take(size).read_to_end(&mut bytes).map_err(|error| MediaError::of_io(error, what))?;
    decode(&bytes, longest_edge)
}

/// Decodes a JPEG in memory.
pub(super) fn decode(jpeg: &[u8], longest_edge: u32) -> Result<Decoded, MediaError> {
    let segments = Segments::read(jpeg);
    let mut decoder = Decompressor::new().map_err(anyhow::Error::new)?;
    let Ok(header) = decoder.read_header(jpeg) else {
        // libjpeg-turbo refuses some files that another decoder accepts, for example with a broken colour profile.
        return raster::decode(jpeg, ImageFormat::Jpeg);
    };
    let (width, height) = (pixels(header.width)?, pixels(header.height)?);
    limits::check_edges(width, height)?;
    let factor = scale(&header, longest_edge);
    let scaled = header.scaled(factor);
    // A picture in several passes is collected at full size.
    let in_passes = header.is_progressive || !segments.in_one_pass;
    let held = if in_passes { &header } else { &scaled };
    limits::check_pixels(pixels(held.width)?, pixels(held.height)?)?;
    let collected = if in_passes { area(&header) * bytes_in_passes(&header) } else { 0 };
    limits::check_memory(jpeg.len() as u64 + collected + area(&scaled) * bytes_at_once(&header))?;

    let scans = u32::try_from(MAX_JPEG_SCANS).map_err(anyhow::Error::new)?;
    decoder.set_scan_limit(scans).map_err(anyhow::Error::new)?;
    decoder.set_scaling_factor(factor).map_err(anyhow::Error::new)?;
    let (picture, profile) = decompress(&mut decoder, jpeg, &scaled, segments.adobe, segments.profile)?;
    let orientation = segments.orientation.unwrap_or(Orientation::NoTransforms);
    Ok(Decoded { picture, orientation, profile, width, height })
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

fn area(header: &DecompressHeader) -> u64 {
    header.width as u64 * header.height as u64
}

/// The memory that the passes of a picture take, in bytes per pixel: two for each value, of which there are fewer if
/// the colours have a lower resolution than the picture.
const fn bytes_in_passes(header: &DecompressHeader) -> u64 {
    match (header.colorspace, header.subsamp) {
        (Colorspace::Gray, _) => 2,
        (Colorspace::CMYK | Colorspace::YCCK, _) => 8,
        (_, Subsamp::Sub2x2) => 3,
        (_, Subsamp::Sub2x1 | Subsamp::Sub1x2) => 4,
        _ => 6,
    }
}

/// The memory of the decoded picture, in bytes per pixel. For CMYK, inks and colours are in memory at the same time.
const fn bytes_at_once(header: &DecompressHeader) -> u64 {
    match header.colorspace {
        Colorspace::Gray => 1,
        Colorspace::CMYK | Colorspace::YCCK => 7,
        _ => 3,
    }
}

fn pixels(edge: usize) -> Result<u32, MediaError> {
    u32::try_from(edge).map_err(|_| MediaError::unusable("The picture is too large to be handled."))
}

/// The smallest scale, in eighths, at which the picture still covers the longest edge.
fn scale(header: &DecompressHeader, longest_edge: u32) -> ScalingFactor {
    let (longest, wanted) = (header.width.max(header.height), longest_edge as usize);
    let covers = |factor: &ScalingFactor| factor.scale(longest) >= wanted;
    if header.is_lossless {
        return ScalingFactor::ONE;
    }
    (1..8).map(|eighths| ScalingFactor::new(eighths, 8)).find(covers).unwrap_or(ScalingFactor::ONE)
}

/// Whether a warning of the decoder can be ignored. The decoder reports only the first warning, so that the end marker
/// must exist: without it, the file was cut.
fn is_harmless(warning: &str, jpeg: &[u8]) -> bool {
    HARMLESS.iter().any(|part| warning.contains(part)) && jpeg.windows(2).rev().any(|pair| pair == [0xff, 0xd9])
}

fn refusal(error: &turbojpeg::Error) -> MediaError {
    let text = error.to_string();
    if text.contains("remature end") {
        return MediaError::unusable("The JPEG ends in the middle.");
    }
    if text.contains("has more than") && text.contains("scans") {
        return MediaError::unusable(TooManyScans.to_string());
    }
    let reason = text.trim_start_matches("TurboJPEG error: ");
    MediaError::unusable(format!("The JPEG cannot be decoded: {reason}."))
}
