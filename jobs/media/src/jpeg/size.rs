//! How large a JPEG is when it is decoded, and how much memory that takes.

use super::MediaError;
use turbojpeg::{Colorspace, DecompressHeader, ScalingFactor, Subsamp};

/// The number of pixels.
pub(super) fn area(header: &DecompressHeader) -> u64 {
    header.width as u64 * header.height as u64
}

/// The memory that the passes of a picture take, in bytes per pixel: two for each value, of which there are fewer if
/// the colours have a lower resolution than the picture.
pub(super) const fn bytes_in_passes(header: &DecompressHeader) -> u64 {
    match (header.colorspace, header.subsamp) {
        (Colorspace::Gray, _) => 2,
        (Colorspace::CMYK | Colorspace::YCCK, _) => 8,
        (_, Subsamp::Sub2x2) => 3,
        (_, Subsamp::Sub2x1 | Subsamp::Sub1x2) => 4,
        _ => 6,
    }
}

/// The memory of the decoded picture, in bytes per pixel. For CMYK, inks and colours are in memory at the same time.
pub(super) const fn bytes_at_once(header: &DecompressHeader) -> u64 {
    match header.colorspace {
        Colorspace::Gray => 1,
        Colorspace::CMYK | Colorspace::YCCK => 7,
        _ => 3,
    }
}

/// The length of an edge.
pub(super) fn pixels(edge: usize) -> Result<u32, MediaError> {
    u32::try_from(edge).map_err(|_| MediaError::unusable("The picture is too large to be handled."))
}

/// The smallest scale, in eighths, at which the picture still covers the longest edge.
pub(super) fn scale(header: &DecompressHeader, longest_edge: u32) -> ScalingFactor {
    let (longest, wanted) = (header.width.max(header.height), longest_edge as usize);
    let covers = |factor: &ScalingFactor| factor.scale(longest) >= wanted;
    if header.is_lossless {
        return ScalingFactor::ONE;
    }
    (1..8).map(|eighths| ScalingFactor::new(eighths, 8)).find(covers).unwrap_or(ScalingFactor::ONE)
}
