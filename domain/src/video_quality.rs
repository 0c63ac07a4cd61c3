//! How good the smaller versions of videos look.

use std::{fmt, str::FromStr};

/// The constant rate factor of the encoder x264: the lower, the better and the larger. A video is about twice as large
/// with six less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VideoQuality(u8);

/// Why a quality is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a quality of videos; write a whole number from {best} (large files, hardly different from the \
     original) to {worst} (small files)",
    best = VideoQuality::BEST,
    worst = VideoQuality::WORST
)]
pub struct InvalidVideoQuality(String);

impl VideoQuality {
    const BEST: u8 = 16;
    const WORST: u8 = 32;

    /// The constant rate factor.
    pub const fn rate_factor(self) -> u8 {
        self.0
    }
}

impl Default for VideoQuality {
    fn default() -> Self {
        Self(23)
    }
}

impl FromStr for VideoQuality {
    type Err = InvalidVideoQuality;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let factor = text.trim().parse().ok().filter(|factor| (Self::BEST..=Self::WORST).contains(factor));
        factor.map(Self).ok_or_else(|| InvalidVideoQuality(text.to_owned()))
    }
}

impl fmt::Display for VideoQuality {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quality_is_a_number_within_bounds() {
        assert_eq!("23".parse(), Ok(VideoQuality::default()));
        assert_eq!(" 16 ".parse::<VideoQuality>().map(VideoQuality::rate_factor), Ok(16));
        for bad in ["15", "33", "high", "", "-1", "23.5"] {
            let words = bad.parse::<VideoQuality>().unwrap_err().to_string();
            assert!(words.contains(&format!("{bad:?}")) && words.contains("16") && words.contains("32"), "{words}");
        }
    }
}
