//! Decodes what there is of a damaged PNG or GIF, as browsers do. The part that is missing is gray, or transparent.

use super::{Reader, decoder_of, is_cut};
use crate::words::{PART_IS_MISSING, PART_MAY_BE_WRONG};
use domain::media::MAX_METADATA_BYTES;
use image::{DynamicImage, ImageBuffer, ImageDecoder, ImageFormat};
use png::{ColorType, DecodingError, InterlaceInfo, Transformations};
use std::io::ErrorKind::UnexpectedEof;

/// A picture, and the warning for people.
type Partial = (DynamicImage, Option<&'static str>);

/// The picture, unless nothing of it can be decoded. The sizes were checked before.
pub(super) fn decode(reader: Reader<'_>, format: ImageFormat) -> Option<Partial> {
    match format {
        ImageFormat::Png => png(reader),
        ImageFormat::Gif => gif(reader),
        // The decoder of WebP gives nothing before all is decoded.
        _ => None,
    }
}

fn gif(reader: Reader<'_>) -> Option<Partial> {
    let decoder = decoder_of(reader, ImageFormat::Gif).ok()?;
    let (width, height) = decoder.dimensions();
    let mut pixels = vec![0; usize::try_from(decoder.total_bytes()).ok()?];
    let error = decoder.read_image(&mut pixels).err()?;
    // Nothing was decoded if all is transparent.
    if pixels.iter().all(|byte| *byte == 0) {
        return None;
    }
    let picture = ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8)?;
    Some((picture, Some(if is_cut(&error) { PART_IS_MISSING } else { PART_MAY_BE_WRONG })))
}

/// A wrong checksum says that something is wrong, but not that what follows is.
fn png(reader: Reader<'_>) -> Option<Partial> {
    let bytes = usize::try_from(MAX_METADATA_BYTES).unwrap_or(usize::MAX);
    let mut decoder = png::Decoder::new_with_limits(reader, png::Limits { bytes });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.ignore_checksums(true);
    // Sixteen bits would take memory twice.
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let ((width, height), (color, _)) = (reader.info().size(), reader.output_color_type());
    let is_interlaced = reader.info().interlaced;
    let row_bytes = reader.output_line_size(width)?;
    let has_alpha = matches!(color, ColorType::GrayscaleAlpha | ColorType::Rgba);
    let mut pixels = vec![if has_alpha { 0 } else { 0x80 }; reader.output_buffer_size()?];
    let bits = u8::try_from(color.samples()).ok()? * 8;
    let (mut rows, wanted) = (0_u64, if is_interlaced { interlaced_rows(width, height) } else { u64::from(height) });
    let error = loop {
        let row = match reader.next_interlaced_row() {
            Ok(Some(row)) => row,
            Ok(None) => break None,
            Err(error) => break Some(error),
        };
        if let InterlaceInfo::Adam7(pass) = row.interlace() {
            // Until the pixels beside it come, a pixel stands for them.
            png::splat_interlaced_row(&mut pixels, row_bytes, row.data(), pass, bits);
        } else {
            let at = usize::try_from(rows).ok()? * row_bytes;
            pixels.get_mut(at..at + row_bytes)?.copy_from_slice(row.data());
        }
        rows += 1;
    };
    let is_cut = matches!(&error, Some(DecodingError::IoError(error)) if error.kind() == UnexpectedEof);
    let warning = match (is_cut, rows == wanted) {
        _ if rows == 0 => return None,
        // Only the mark of the end is missing.
        (true, true) => None,
        (true, false) => Some(PART_IS_MISSING),
        (false, _) => Some(PART_MAY_BE_WRONG),
    };
    picture((width, height), color, pixels).map(|picture| (picture, warning))
}

/// How many rows the seven passes of an interlaced PNG have.
fn interlaced_rows(width: u32, height: u32) -> u64 {
    let passes = [(0, 0, 8), (4, 0, 8), (0, 4, 8), (2, 0, 4), (0, 2, 4), (1, 0, 2), (0, 1, 2)];
    let rows = |(left, top, step): (u32, u32, u32)| {
        if width > left { u64::from(height.saturating_sub(top).div_ceil(step)) } else { 0 }
    };
    passes.into_iter().map(rows).sum()
}

fn picture((width, height): (u32, u32), color: ColorType, pixels: Vec<u8>) -> Option<DynamicImage> {
    Some(match color {
        ColorType::Grayscale => DynamicImage::ImageLuma8(ImageBuffer::from_raw(width, height, pixels)?),
        ColorType::GrayscaleAlpha => DynamicImage::ImageLumaA8(ImageBuffer::from_raw(width, height, pixels)?),
        ColorType::Rgb => DynamicImage::ImageRgb8(ImageBuffer::from_raw(width, height, pixels)?),
        ColorType::Rgba => DynamicImage::ImageRgba8(ImageBuffer::from_raw(width, height, pixels)?),
        ColorType::Indexed => return None,
    })
}
