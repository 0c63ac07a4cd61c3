//! The properties of an asset: its kind, its source, and its number.

use crate::text_enum::text_enum;
use chrono::TimeDelta;
use std::{fmt, str::FromStr};

/// How long a deleted asset stays in the bin, from which it can be restored.
pub const KEPT_IN_BIN: TimeDelta = TimeDelta::days(30);

text_enum! {
    /// What sort of media an asset is.
    pub enum AssetKind {
        /// A still picture.
        Image = "IMAGE",
        /// A video.
        Video = "VIDEO",
        /// A recording.
        Audio = "AUDIO",
        /// A document, such as a PDF.
        Document = "DOCUMENT",
        /// Anything else.
        Other = "OTHER",
    }
}

text_enum! {
    /// Where the file of an asset is stored.
    pub enum AssetSource {
        /// In our own storage.
        Library = "LIBRARY",
        /// Elsewhere; the library only refers to it. Such an asset cannot be shared.
        External = "EXTERNAL",
    }
}

text_enum! {
    /// Whether the original can be downloaded now.
    pub enum OriginalState {
        /// It can be downloaded.
        Available = "AVAILABLE",
        /// It is archived and has to be restored first.
        Archived = "ARCHIVED",
        /// It cannot be downloaded.
        Unavailable = "UNAVAILABLE",
    }
}

/// The number of an asset, as in `VTR-485`: a workspace's prefix and a count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetNumber {
    /// The workspace's prefix, in capitals.
    pub prefix: String,
    /// Counts from 1 within the workspace.
    pub count: i64,
}

/// The text is not an asset number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an asset number looks like VTR-485")]
pub struct InvalidAssetNumber;

impl FromStr for AssetNumber {
    type Err = InvalidAssetNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (prefix, digits) = text.trim().rsplit_once('-').ok_or(InvalidAssetNumber)?;
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let named = !prefix.is_empty() && prefix.len() <= 16 && prefix.bytes().all(|b| b.is_ascii_alphanumeric());
        let count = digits.parse().ok().filter(|count| plain && named && *count > 0).ok_or(InvalidAssetNumber)?;
        Ok(Self { prefix: prefix.to_ascii_uppercase(), count })
    }
}

impl fmt::Display for AssetNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.prefix, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_written() {
        let number: AssetNumber = " vtr-485 ".parse().unwrap();
        assert_eq!(number.to_string(), "VTR-485");
        for bad in ["", "VTR", "VTR-", "-5", "VTR-0", "VTR-+5", "VTR--5", "VTR-99999999999999999999", "V TR-5"] {
            assert_eq!(bad.parse::<AssetNumber>(), Err(InvalidAssetNumber), "{bad}");
        }
    }
}
