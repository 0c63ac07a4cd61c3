//! The formats that are decoded in Rust: PNG, WebP, GIF and TIFF. Of what moves, the first frame.

use super::{
    MediaError, limits,
    still::{Still, eight_bits},
};
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, metadata::Orientation};
use std::{
    fs::File,
    io::{BufRead, BufReader, Seek},
    path::Path,
};

/// Decodes a file.
pub(super) fn open(path: &Path, format: ImageFormat) -> Result<Still, MediaError> {
    let file = File::open(path).map_err(|error| MediaError::of_io(error, "the original cannot be read"))?;
    decode(BufReader::with_capacity(64 * 1024, file), format)
}

/// Decodes what a reader gives.
pub(super) fn decode(reader: impl BufRead + Seek, format: ImageFormat) -> Result<Still, MediaError> {
    let mut reader = ImageReader::with_format(reader, format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(limits::MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    limits::check_edges(width, height)?;
    limits::check_pixels(width, height)?;
    limits::check_memory(decoder.total_bytes())?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let picture = eight_bits(DynamicImage::from_decoder(decoder).map_err(refusal)?);
    Ok(Still { picture, orientation, profile, width, height })
}

fn refusal(error: ImageError) -> MediaError {
    match error {
        ImageError::IoError(error) => MediaError::of_io(error, "the original cannot be read"),
        ImageError::Limits(_) => MediaError::unusable("The picture takes more memory than can be handled."),
        other => MediaError::unusable(format!("The picture cannot be decoded: {other}.")),
    }
}
