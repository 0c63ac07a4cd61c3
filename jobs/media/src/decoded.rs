//! A decoded picture, before anything is done to it.

use image::{DynamicImage, metadata::Orientation};

/// A picture as its file holds it, perhaps at a reduced scale, not yet turned.
pub(super) struct Decoded {
    /// One, three or four channels of eight bits: what the resizer and the encoders are fast at.
    pub(super) picture: DynamicImage,
    /// How it is to be turned.
    pub(super) orientation: Orientation,
    /// The colour profile of the file.
    pub(super) profile: Option<Vec<u8>>,
    /// Of the file, in pixels, before it is turned.
    pub(super) width: u32,
    /// Of the file, in pixels, before it is turned.
    pub(super) height: u32,
}

impl Decoded {
    /// Whether width and height change places when the picture is turned.
    pub(super) const fn swaps_edges(&self) -> bool {
        use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
        matches!(self.orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
    }

    /// Width and height as it is shown.
    pub(super) const fn upright_size(&self) -> (u32, u32) {
        if self.swaps_edges() { (self.height, self.width) } else { (self.width, self.height) }
    }
}

/// Gray, RGB or RGBA of eight bits.
pub(super) fn eight_bits(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) | DynamicImage::ImageRgba8(_) => picture,
        other if other.color().has_alpha() => DynamicImage::ImageRgba8(other.into_rgba8()),
        other if other.color().has_color() => DynamicImage::ImageRgb8(other.into_rgb8()),
        other => DynamicImage::ImageLuma8(other.into_luma8()),
    }
}

/// The same without its fourth channel where nothing shines through.
pub(super) fn without_opaque_alpha(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageRgba8(pixels) if pixels.pixels().all(|pixel| pixel.0[3] == u8::MAX) => {
            DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(pixels).into_rgb8())
        }
        other => other,
    }
}
