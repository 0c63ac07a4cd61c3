//! Decodes PNG, WebP and GIF, and TIFFs in memory, in Rust. Of animations, the first frame; of damaged files, what can be
//! decoded (`partial`).

use super::{
    MediaError,
    colour::{ColourSpace, Stated, stated_in_png, without_invalid_points},
    decoded::{Decoded, eight_bits},
    limits::{self, Timed},
    patched::{Patched, Patches},
    words,
};
use domain::media::{MAX_METADATA_BYTES, check_scans};
use image::{
    ColorType, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, metadata::Orientation,
};
use std::{
    borrow::Cow,
    fs::File,
    io::{BufReader, Cursor, ErrorKind, Read, Seek},
    path::Path,
};

mod partial;

/// Decodes a file.
pub(super) fn open(path: &Path, format: ImageFormat) -> Result<Decoded, MediaError> {
    open_in(path, format, None)
}

/// Decodes a file whose colour space is known from elsewhere. What the file says itself counts more.
pub(super) fn open_in(path: &Path, format: ImageFormat, space: Option<ColourSpace>) -> Result<Decoded, MediaError> {
    let failed = |error| MediaError::of_io(error, "the original cannot be read");
    let size = path.metadata().map_err(failed)?.len();
    read(&|| Ok(Box::new(File::open(path).map_err(failed)?)), size, format, space)
}

/// Decodes a file that is in memory.
pub(super) fn decode(bytes: &[u8], format: ImageFormat) -> Result<Decoded, MediaError> {
    if format == ImageFormat::Jpeg {
        check_scans(bytes).map_err(|error| MediaError::unusable(error.to_string()))?;
    }
    read(&|| Ok(Box::new(Cursor::new(bytes))), bytes.len() as u64, format, None)
}

trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

/// A file that is opened a second time if it is damaged. The reader is boxed, because all decoders are compiled again for
/// each type of reader.
type Open<'a> = &'a dyn Fn() -> Result<Box<dyn ReadSeek + 'a>, MediaError>;

type Reader<'a> = BufReader<Timed<Patched<Box<dyn ReadSeek + 'a>>>>;

fn read(open: Open<'_>, size: u64, format: ImageFormat, space: Option<ColourSpace>) -> Result<Decoded, MediaError> {
    let timed = Timed::new(());
    let failed = |error| MediaError::of_io(error, "the original cannot be read");
    let reader = |patches| {
        let file = Patched::new(open()?, patches).map_err(failed)?;
        Ok::<_, MediaError>(BufReader::with_capacity(64 * 1024, timed.with(file)))
    };
    let mut first = reader(Patches::default())?;
    let mut patches = Patches::default();
    let mut stated = if format == ImageFormat::Png { stated_in_png(&mut first) } else { None };
    if stated.is_none()
        && format == ImageFormat::Png
        && let Some(hiding) = without_invalid_points(&mut first)
    {
        patches = hiding;
        first = reader(patches.clone())?;
        stated = stated_in_png(&mut first);
    }
    let stated = stated.unwrap_or(Stated::ByChunks(None));
    first.rewind().map_err(failed)?;
    let refused = |error| refusal(error, format);
    let mut decoder = decoder_of(first, format).map_err(refused)?;
    let (width, height) = decoder.dimensions();
    limits::check_edges(width, height)?;
    limits::check_pixels(width, height)?;
    let (pixels, color) = (u64::from(width) * u64::from(height), decoder.color_type());
    let peak = peak(format, size, pixels, color);
    limits::check_memory(peak)?;
    let mut most = Limits::no_limits();
    most.max_alloc = Some(match format {
        // The strips or tiles of a picture, in addition to the whole picture.
        ImageFormat::Tiff => limits::MAX_MEMORY - decoder.total_bytes(),
        // A frame that is larger than the picture.
        _ => limits::MAX_MEMORY - peak + MAX_METADATA_BYTES,
    });
    decoder.set_limits(most).map_err(refused)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let (picture, warning) = match DynamicImage::from_decoder(decoder) {
        Ok(picture) => (picture, None),
        Err(error) => partial::decode(reader(patches)?, format).ok_or_else(|| refused(error))?,
    };
    let (picture, profile) = match (stated, profile) {
        (Stated::ByCodePoints(space), _) => in_space(picture, space),
        (Stated::ByChunks(_), Some(profile)) => (eight_bits(picture), Some(profile)),
        (Stated::ByChunks(stated), None) => in_space(picture, stated.or(space)),
    };
    Ok(Decoded { picture, orientation, profile, width, height, warning: warning.map(Cow::Borrowed) })
}

fn decoder_of(reader: Reader<'_>, format: ImageFormat) -> Result<impl ImageDecoder + '_, ImageError> {
    let mut reader = ImageReader::with_format(reader, format);
    // For PNG, this limits the uncompressed size of a profile; pixels do not count.
    let mut most = Limits::no_limits();
    most.max_alloc = Some(MAX_METADATA_BYTES);
    reader.limits(most);
    reader.into_decoder()
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

fn refusal(error: ImageError, format: ImageFormat) -> MediaError {
    let what = match format {
        ImageFormat::Png => "PNG",
        ImageFormat::WebP => "WebP",
        ImageFormat::Gif => "GIF",
        ImageFormat::Bmp => "BMP",
        ImageFormat::Jpeg => "JPEG",
        _ => "picture",
    };
    match error {
        error if is_cut(&error) => words::cut(what),
        ImageError::IoError(error) => MediaError::of_io(error, "the original cannot be read"),
        ImageError::Limits(_) => words::too_much_memory(),
        ImageError::Unsupported(error) => words::of_unknown_kind(what, &error),
        other => words::damaged(what, &other),
    }
}

/// Whether a decoder wanted to read more than there is. Some say so only in words.
fn is_cut(error: &ImageError) -> bool {
    if let ImageError::IoError(error) = error {
        return error.kind() == ErrorKind::UnexpectedEof;
    }
    let said = error.to_string().to_lowercase();
    ["unexpected end", "unexpected eof", "truncated", "not have enough data"].iter().any(|part| said.contains(part))
}
