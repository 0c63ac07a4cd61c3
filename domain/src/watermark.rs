//! The picture that a workspace puts on what its links show.

use crate::text_enum::text_enum;

text_enum! {
    /// Where on a picture the watermark is.
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

/// How much of what lies below a watermark hides, from 0 (all is seen) to 1 (only the watermark is).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Opacity(f64);

/// A number that is no opacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The opacity is more than 0, which would be no watermark, and at most 1.")]
pub struct InvalidOpacity;

impl Opacity {
    /// As a number.
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
    fn an_opacity_hides_something_and_not_more_than_all() {
        for bad in [0.0, -0.1, 1.01, f64::NAN, f64::INFINITY] {
            assert_eq!(Opacity::try_from(bad), Err(InvalidOpacity), "{bad}");
        }
        assert_eq!(Opacity::try_from(1.0).map(Opacity::get), Ok(1.0));
    }
}
