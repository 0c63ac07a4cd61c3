//! The rules for a workspace's watermark: placement, size, opacity.

use crate::text_enum::text_enum;

text_enum! {
    /// Where on a picture the watermark is placed.
    pub enum Placement {
        /// Once, in the middle.
        Center = "CENTER",
        /// All over the picture.
        Tile = "TILE",
        /// Once, in the corner.
        BottomRight = "BOTTOM_RIGHT",
    }
}

/// The largest file of a watermark, in bytes.
pub const MAX_BYTES: u64 = 2 * 1024 * 1024;

/// The largest width and height of a watermark, in pixels.
pub const MAX_EDGE: u32 = 8_000;

/// The most pixels of a watermark.
pub const MAX_PIXELS: u64 = 40_000_000;

/// Why a picture cannot be a watermark. Checked before a watermark is stored, so that every stored watermark can be
/// drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsuitable {
    /// Decoding it would take too much memory.
    #[error(
        "The picture has {width} × {height} pixels; at most {MAX_EDGE} on an edge and {} megapixels are allowed.",
        MAX_PIXELS / 1_000_000
    )]
    TooLarge {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// The picture is wholly transparent.
    #[error("The picture is wholly transparent: nobody would see it.")]
    Invisible,
}

/// Refuses a watermark that is too large, before it is decoded.
pub fn check_size(width: u32, height: u32) -> Result<(), Unsuitable> {
    if width.max(height) > MAX_EDGE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Unsuitable::TooLarge { width, height });
    }
    Ok(())
}

/// Refuses a watermark without visible pixels. `alphas`: the opacity of each pixel.
pub fn check_visible(mut alphas: impl Iterator<Item = u8>) -> Result<(), Unsuitable> {
    if alphas.any(|alpha| alpha > 0) { Ok(()) } else { Err(Unsuitable::Invisible) }
}

/// How much of a picture the watermark hides, from 0 (nothing) to 1 (everything below it).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Opacity(f64);

/// The number is not an opacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The opacity is more than 0, which would be no watermark, and at most 1.")]
pub struct InvalidOpacity;

impl Opacity {
    /// The opacity as a number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl Default for Opacity {
    fn default() -> Self {
        Self(0.5)
    }
}

impl TryFrom<f64> for Opacity {
    type Error = InvalidOpacity;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        if value > 0.0 && value <= 1.0 { Ok(Self(value)) } else { Err(InvalidOpacity) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_neither_too_large_nor_invisible() {
        assert_eq!(check_size(8_000, 5_000), Ok(()));
        for (width, height) in [(8_001, 1), (8_000, 5_001)] {
            assert_eq!(check_size(width, height), Err(Unsuitable::TooLarge { width, height }));
        }
        assert_eq!(check_visible([0, 1].into_iter()), Ok(()));
        assert_eq!(check_visible([0; 9].into_iter()), Err(Unsuitable::Invisible));
    }

    #[test]
    fn an_opacity_hides_something_and_not_more_than_all() {
        for bad in [0.0, -0.1, 1.01, f64::NAN, f64::INFINITY] {
            assert_eq!(Opacity::try_from(bad), Err(InvalidOpacity), "{bad}");
        }
        assert_eq!(Opacity::try_from(1.0).map(Opacity::get), Ok(1.0));
    }
}
