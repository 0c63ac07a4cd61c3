//! A decoded picture, before scaling and rotation.

use image::{DynamicImage, metadata::Orientation};
use std::borrow::Cow;

/// A picture as it is stored in its file, possibly at a reduced scale, before rotation.
pub(super) struct Decoded {
    /// One, three or four channels of eight bits, which the resizer and the encoders handle fastest.
    pub(super) picture: DynamicImage,
    /// The orientation to apply.
    pub(super) orientation: Orientation,
    /// The colour profile of the file.
    pub(super) profile: Option<Vec<u8>>,
    /// The full size in the file, in pixels, before rotation.
    pub(super) width: u32,
    /// The full size in the file, in pixels, before rotation.
    pub(super) height: u32,
    /// What is wrong with the picture although it was decoded, as a sentence for people.
    pub(super) warning: Option<Cow<'static, str>>,
}

impl Decoded {
    /// Whether the orientation swaps width and height.
    pub(super) const fn swaps_edges(&self) -> bool {
        use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
        matches!(self.orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
    }

    /// Width and height after rotation.
    pub(super) const fn upright_size(&self) -> (u32, u32) {
        if self.swaps_edges() { (self.height, self.width) } else { (self.width, self.height) }
    }
}

/// Converts a picture to gray, RGB or RGBA with eight bits.
pub(super) fn eight_bits(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) | DynamicImage::ImageRgba8(_) => picture,
        other if other.color().has_alpha() => DynamicImage::ImageRgba8(other.into_rgba8()),
        other if other.color().has_color() => DynamicImage::ImageRgb8(other.into_rgb8()),
        other => DynamicImage::ImageLuma8(other.into_luma8()),
    }
}

/// Removes the alpha channel if every pixel is opaque.
pub(super) fn without_opaque_alpha(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageRgba8(pixels) if pixels.pixels().all(|pixel| pixel.0[3] == u8::MAX) => {
            DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(pixels).into_rgb8())
        }
        other => other,
    }
}
