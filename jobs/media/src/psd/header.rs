//! The first bytes of a Photoshop file.

use crate::MediaError;
use std::io::Read;

/// What the channels of a picture mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// One bit a pixel, of which 1 is black.
    Bitmap,
    Gray,
    Palette,
    Rgb,
    /// Inks; the greatest number stands for none.
    Cmyk,
    Lab,
}

impl Mode {
    /// How many channels its colours have.
    pub(super) const fn channels(self) -> u16 {
        match self {
            Self::Bitmap | Self::Gray | Self::Palette => 1,
            Self::Rgb | Self::Lab => 3,
            Self::Cmyk => 4,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    /// Whether lengths have eight bytes (PSB).
    pub(super) is_large: bool,
    /// All channels, also those for selections.
    pub(super) channels: u16,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Bits of a sample.
    pub(super) depth: u16,
    pub(super) mode: Mode,
}

impl Header {
    pub(super) fn read(file: &mut impl Read) -> Result<Self, MediaError> {
        let mut bytes = [0; 26];
        file.read_exact(&mut bytes).map_err(|error| MediaError::of_io(error, "the original cannot be read"))?;
        let short = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        let long = |at: usize| u32::from(short(at)) << 16 | u32::from(short(at + 2));
        let (version, channels, depth) = (short(4), short(12), short(22));
        let mode = match short(24) {
            0 => Mode::Bitmap,
            // Two inks are shown as gray by programs that do not know them.
            1 | 8 => Mode::Gray,
            2 => Mode::Palette,
            3 => Mode::Rgb,
            4 => Mode::Cmyk,
            9 => Mode::Lab,
            _ => return Err(refusal("has inks of its own (multichannel)")),
        };
        let fits = match mode {
            Mode::Bitmap => depth == 1,
            Mode::Palette => depth == 8,
            Mode::Gray | Mode::Rgb => matches!(depth, 8 | 16 | 32),
            Mode::Cmyk | Mode::Lab => matches!(depth, 8 | 16),
        };
        if !matches!(version, 1 | 2) || !fits || channels < mode.channels() {
            return Err(refusal("is of a kind that is not known"));
        }
        Ok(Self { is_large: version == 2, channels, width: long(18), height: long(14), depth, mode })
    }

    /// The bytes of a row of a channel.
    pub(super) const fn row_bytes(&self) -> usize {
        (self.width as usize * self.depth as usize).div_ceil(8)
    }
}

pub(super) fn refusal(what: &str) -> MediaError {
    MediaError::unusable(format!("The Photoshop file {what}, and cannot be read. Convert it to RGB, and save it anew."))
}
