//! What the messages of libjpeg mean. Of a decoded picture it reports only the first warning, and neither a code nor
//! whether it is a warning at all, so that the texts of all its warnings (`JWRN_…` in its `jerror.h`) are here.

use super::MediaError;
use crate::words;
use domain::media::TooManyScans;

/// Defects that are not visible.
const HARMLESS: &[&str] = &[
    "extraneous bytes before marker",
    "unknown JFIF revision",
    "Unknown Adobe color transform",
    "Inconsistent progression sequence",
    "Invalid SOS parameters",
    "bad ICC marker",
];

/// Coded pixels end before the picture is complete.
const INCOMPLETE: &[&str] = &["Premature end of JPEG file", "premature end of data segment"];

/// Coded pixels that mean nothing.
const DAMAGED: &[&str] = &["bad Huffman code", "bad arithmetic code", "instead of RST"];

/// What a message says about the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Defect {
    /// The picture is whole.
    None,
    /// The picture was decoded, and a part of it is missing.
    Incomplete,
    /// The picture was decoded, and a part of it may be wrong.
    Damaged,
    /// The picture was not decoded, or not to the end.
    Fatal,
}

impl Defect {
    /// What a message of the decoder means.
    pub(super) fn of(message: &str) -> Self {
        let is_of = |texts: &[&str]| texts.iter().any(|text| message.contains(text));
        // Bytes were left before a number by which decoders go on after damage.
        let is_amid = ["0xd0", "0xd1", "0xd2", "0xd3", "0xd4", "0xd5", "0xd6", "0xd7"]
            .iter()
            .any(|number| message.ends_with(&format!("before marker {number}")));
        match () {
            () if is_amid => Self::Damaged,
            () if is_of(HARMLESS) => Self::None,
            () if is_of(INCOMPLETE) => Self::Incomplete,
            () if is_of(DAMAGED) => Self::Damaged,
            () => Self::Fatal,
        }
    }

    /// The warning for people.
    pub(super) fn warning(self) -> Option<&'static str> {
        match self {
            Self::None | Self::Fatal => None,
            Self::Incomplete => Some(
                "The JPEG ends in the middle, so that a part of its pictures is missing. If there is a whole copy, upload that.",
            ),
            Self::Damaged => Some(
                "The JPEG is damaged, so that a part of its pictures may be wrong. If there is a sound copy, upload that.",
            ),
        }
    }
}

/// Why a picture is refused.
pub(super) fn refusal(message: &str) -> MediaError {
    if message.contains("has more than") && message.contains("scans") {
        return MediaError::unusable(TooManyScans.to_string());
    }
    let is_unknown = ["Unsupported", "not implemented", "not compiled", "Sampling factors too large"];
    if message.contains("data precision") {
        return MediaError::unusable(
            "JPEGs of more than 8 bits cannot be shown. Save it with 8 bits, or as a PNG or TIFF.",
        );
    }
    if is_unknown.iter().any(|part| message.contains(part)) {
        return words::of_unknown_kind("JPEG", &message);
    }
    words::damaged("JPEG", &message)
}

/// The refusal of a file without coded pixels.
pub(super) fn no_picture() -> MediaError {
    MediaError::unusable("The JPEG ends before its picture begins. If there is a whole copy, upload that.")
}

/// How many bytes were left when the whole picture was decoded, if that is what a message says.
pub(super) fn left_at_end(message: &str) -> Option<usize> {
    let (before, _) = message.split_once(" extraneous bytes before marker 0xd9")?;
    before.rsplit(' ').next()?.parse().ok()
}
