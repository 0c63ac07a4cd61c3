//! Decodes PNG, WebP, GIF and TIFF in Rust. Of animations, the first frame.

use super::{
    MediaError,
    colour::{ColourSpace, Stated, stated_in_png},
    decoded::{Decoded, eight_bits},
    limits::{self, Timed},
};
use domain::media::{MAX_METADATA_BYTES, check_scans};
use image::{
    ColorType, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, metadata::Orientation,
};
use std::{
    fs::File,
    io::{BufReader, Cursor, Read, Seek},
    path::Path,
};

/// Decodes a file.
pub(super) fn open(path: &Path, format: ImageFormat) -> Result<Decoded, MediaError> {
    open_in(path, format, None)
}

/// Decodes a file whose colour space is known from elsewhere. What the file says itself counts more.
pub(super) fn open_in(path: &Path, format: ImageFormat, space: Option<ColourSpace>) -> Result<Decoded, MediaError> {
    let what = "the original cannot be read";
    let file = File::open(path).map_err(|error| MediaError::of_io(error, what))?;
    let size = file.metadata().map_err(|error| MediaError::of_io(error, what))?.len();
    read(Box::new(file), size, format, space)
}

/// Decodes a file that is in memory.
pub(super) fn decode(bytes: &[u8], format: ImageFormat) -> Result<Decoded, MediaError> {
    if format == ImageFormat::Jpeg {
        check_scans(bytes).map_err(|error| MediaError::unusable(error.to_string()))?;
    }
    read(Box::new(Cursor::new(bytes)), bytes.len() as u64, format, None)
}

trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

/// A boxed reader, because all decoders are compiled again for each type of reader.
fn read(
    reader: Box<dyn ReadSeek + '_>,
    size: u64,
    format: ImageFormat,
    space: Option<ColourSpace>,
) -> Result<Decoded, MediaError> {
    let mut reader = BufReader::with_capacity(64 * 1024, Timed::new(reader));
    let stated = if format == ImageFormat::Png { stated_in_png(&mut reader) } else { Stated::ByChunks(None) };
    reader.rewind().map_err(|error| MediaError::of_io(error, "the original cannot be read"))?;
    let mut reader = ImageReader::with_format(reader, format);
    // For PNG, this limits the uncompressed size of a profile; pixels do not count.
    let mut most = Limits::no_limits();
    most.max_alloc = Some(MAX_METADATA_BYTES);
    reader.limits(most.clone());
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    limits::check_edges(width, height)?;
    limits::check_pixels(width, height)?;
    let (pixels, color) = (u64::from(width) * u64::from(height), decoder.color_type());
    let peak = peak(format, size, pixels, color);
    limits::check_memory(peak)?;
    most.max_alloc = Some(match format {
        // The strips or tiles of a picture, in addition to the whole picture.
        ImageFormat::Tiff => limits::MAX_MEMORY - decoder.total_bytes(),
        // A frame that is larger than the picture.
        _ => limits::MAX_MEMORY - peak + MAX_METADATA_BYTES,
    });
    decoder.set_limits(most).map_err(refusal)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    let (picture, profile) = match (stated, profile) {
        (Stated::ByCodePoints(space), _) => in_space(picture, space),
        (Stated::ByChunks(_), Some(profile)) => (eight_bits(picture), Some(profile)),
        (Stated::ByChunks(stated), None) => in_space(picture, stated.or(space)),
    };
    Ok(Decoded { picture, orientation, profile, width, height, warning: None })
}

/// A picture with eight bits, and the profile that says what its colours are.
fn in_space(picture: DynamicImage, space: Option<ColourSpace>) -> (DynamicImage, Option<Vec<u8>>) {
    match space {
        Some(space) => space.apply(picture),
        None => (eight_bits(picture), None),
    }
}

/// The most memory while a picture is decoded and converted to eight bits, in bytes.
fn peak(format: ImageFormat, size: u64, pixels: u64, color: ColorType) -> u64 {
    let decoded = pixels * u64::from(color.bytes_per_pixel());
    // The memory of the decoder, beside the decoded picture.
    let held = match format {
        // The whole picture; for CMYK, more than the decoded picture.
        ImageFormat::Tiff => decoded + decoded / 3,
        // A second copy of the picture, if the frame is smaller.
        ImageFormat::Gif => decoded + MAX_METADATA_BYTES,
        // Metadata; a frame, the canvas, and the transparency of the frame.
        ImageFormat::WebP => size + pixels * if color.has_alpha() { 11 } else { 8 },
        // The file twice; for progressive JPEGs also coefficients of two bytes each.
        ImageFormat::Jpeg => 2 * size + pixels * 8,
        _ => MAX_METADATA_BYTES,
    };
    let channels = match color {
        ColorType::L8 | ColorType::Rgb8 | ColorType::Rgba8 => 0,
        _ if color.has_alpha() => 4,
        _ => u64::from(color.channel_count()),
    };
    decoded + held.max(pixels * channels)
}

fn refusal(error: ImageError) -> MediaError {
    match error {
        ImageError::IoError(error) => MediaError::of_io(error, "the original cannot be read"),
        ImageError::Limits(_) => MediaError::unusable("The picture takes more memory than can be handled."),
        other => {
            let reason = other.to_string();
            if reason.to_lowercase().contains("unexpected end of file") {
                return MediaError::unusable("The file ends in the middle.");
            }
            MediaError::unusable(format!("The picture cannot be decoded: {reason}."))
        }
    }
}
