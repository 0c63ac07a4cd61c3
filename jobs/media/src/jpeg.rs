//! Decodes JPEGs with libjpeg-turbo, which is fast and can decode at a reduced scale.
//!
//! What every viewer opens is opened here. libjpeg decodes most damaged files to their end, and warns. Where a part of
//! the picture is missing, it is gray, and the warning goes to the asset.

use super::{MediaError, cmyk, decoded::Decoded, exif, limits, raster, segments::Segments};
use domain::media::MAX_JPEG_SCANS;
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage, metadata::Orientation};
use messages::{Defect, refusal};
use size::{area, bytes_at_once, bytes_in_passes, pixels, scale};
use std::{borrow::Cow, fs::File, io::Read, path::Path, time::Duration};
use turbojpeg::{Colorspace, DecompressHeader, Decompressor, Image, PixelFormat};

mod messages;
mod repair;
mod size;

/// A file that is decoded a second time took at most this long the first time.
const QUICK: Duration = Duration::from_secs(5);

/// Decodes a file at the smallest scale that still covers this longest edge.
pub(super) fn open(path: &Path, longest_edge: u32) -> Result<Decoded, MediaError> {
    let what = "the original cannot be read";
    let file = File::open(path).map_err(|error| MediaError::of_io(error, what))?;
    let size = file.metadata().map_err(|error| MediaError::of_io(error, what))?.len();
    // A JPEG is read into memory, whereas the other formats are read in pieces.
    limits::check_memory(size)?;
    let mut bytes = Vec::new();
    // With two bytes for an end that may be missing.
    bytes.reserve_exact(usize::try_from(size + 2).unwrap_or_default());
    file.take(size).read_to_end(&mut bytes).map_err(|error| MediaError::of_io(error, what))?;
    decode(bytes, longest_edge)
}

/// Decodes a JPEG in memory.
pub(super) fn decode(mut jpeg: Vec<u8>, longest_edge: u32) -> Result<Decoded, MediaError> {
    let segments = Segments::read(&jpeg);
    let mut decoder = Decompressor::new().map_err(anyhow::Error::new)?;
    if segments.scan.is_none() {
        return Err(messages::no_picture());
    }
    let Some((header, segments)) = read_header(&mut decoder, &mut jpeg, segments)? else {
        return raster::decode(&jpeg, ImageFormat::Jpeg);
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
    let (image, defect) = decompress_mended(&mut decoder, &mut jpeg, &scaled, &segments)?;
    drop(jpeg);
    let orientation = segments.orientation.unwrap_or(Orientation::NoTransforms);
    let (picture, profile) = picture(image, segments)?;
    Ok(Decoded { picture, orientation, profile, width, height, warning: defect.warning().map(Cow::Borrowed) })
}

/// The header of a file, or none if libjpeg cannot decode the file. It refuses headers with defects that other decoders
/// ignore; a part without them is then decoded.
fn read_header(
    decoder: &mut Decompressor,
    jpeg: &mut Vec<u8>,
    segments: Segments,
) -> Result<Option<(DecompressHeader, Segments)>, MediaError> {
    if let Ok(header) = decoder.read_header(jpeg) {
        return Ok(Some((header, segments)));
    }
    limits::check_memory(2 * jpeg.len() as u64)?;
    let Some(plain) = repair::with_plain_header(jpeg, &segments) else { return Ok(None) };
    let Ok(header) = decoder.read_header(&plain) else { return Ok(None) };
    *jpeg = plain;
    let again = Segments::read(jpeg);
    let Segments { orientation, profile, is_adobe_rgb, .. } = segments;
    Ok(Some((header, Segments { orientation, profile, is_adobe_rgb, ..again })))
}

/// Decodes a file, after the repair of defects that would hide how much of the picture is there.
fn decompress_mended(
    decoder: &mut Decompressor,
    jpeg: &mut Vec<u8>,
    scaled: &DecompressHeader,
    segments: &Segments,
) -> Result<(Image<Vec<u8>>, Defect), MediaError> {
    repair::mend_first_scan(jpeg, segments);
    let had_no_end = repair::append_end(jpeg, segments);
    let begun = limits::worked();
    let (image, message) = match decompress(decoder, jpeg, scaled) {
        // Another picture may follow one without an end, and means nothing to the decoder.
        (image, Some(message)) if Defect::of(&message) == Defect::Fatal => {
            let is_quick = limits::worked().saturating_sub(begun) < QUICK;
            drop(image);
            if !is_quick || !repair::cut_foreign(jpeg, segments) {
                return Err(refusal(&message));
            }
            decompress(decoder, jpeg, scaled)
        }
        done => done,
    };
    let defect = message.as_deref().map_or(Defect::None, Defect::of);
    match defect {
        Defect::Fatal => Err(refusal(message.as_deref().unwrap_or_default())),
        Defect::None if had_no_end && !is_whole(jpeg, segments, message.as_deref()) => Ok((image, Defect::Incomplete)),
        defect => Ok((image, defect)),
    }
}

/// Whether a picture is whole whose end was missing, and of which the decoder missed nothing: it knows neither of
/// passes that would have followed, nor that the zeros with which a card fills a cut file are no pixels.
fn is_whole(jpeg: &[u8], segments: &Segments, message: Option<&str>) -> bool {
    let not_decoded = match message {
        Some(message) => messages::left_at_end(message),
        None => Some(0),
    };
    let is_padding_decoded = not_decoded.is_none_or(|count| count + 64 < repair::zeros_before_end(jpeg));
    let is_in_passes = segments.is_progressive() || !segments.in_one_pass;
    !is_padding_decoded && (!is_in_passes || repair::is_all_sent(jpeg, segments))
}

/// The pixels, and the decoder's message if it is not content.
fn decompress(decoder: &mut Decompressor, jpeg: &[u8], scaled: &DecompressHeader) -> (Image<Vec<u8>>, Option<String>) {
    let format = match scaled.colorspace {
        Colorspace::Gray => PixelFormat::GRAY,
        Colorspace::CMYK | Colorspace::YCCK => PixelFormat::CMYK,
        Colorspace::RGB | Colorspace::YCbCr => PixelFormat::RGB,
    };
    let (width, height, pitch) = (scaled.width, scaled.height, scaled.width * format.size());
    let mut image = Image { pixels: vec![0; pitch * height], width, pitch, height, format };
    let message = decoder.decompress(jpeg, image.as_deref_mut()).err().map(|error| error.to_string());
    (image, message)
}

/// The picture of decoded pixels, and the profile that it still needs.
fn picture(image: Image<Vec<u8>>, segments: Segments) -> Result<(DynamicImage, Option<Vec<u8>>), MediaError> {
    let Segments { profile, is_adobe_rgb, .. } = segments;
    let (width, height) = (pixels(image.width)?, pixels(image.height)?);
    let wrong = || MediaError::Failed(anyhow::anyhow!("the decoder's picture has another size than it said"));
    let rgb = |pixels| RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8).ok_or_else(wrong);
    Ok(match image.format {
        PixelFormat::GRAY => {
            (GrayImage::from_raw(width, height, image.pixels).map(DynamicImage::ImageLuma8).ok_or_else(wrong)?, profile)
        }
        // All programs that write inks into a JPEG write them as Adobe's do: 255 stands for none.
        PixelFormat::CMYK => (rgb(cmyk::to_rgb(image.pixels, true, profile.as_deref()))?, None),
        _ => (rgb(image.pixels)?, profile.or_else(|| if is_adobe_rgb { exif::adobe_rgb() } else { None })),
    })
}

#[cfg(test)]
mod tests;
