//! The name of a file of an asset, as a URL spells it: `original`, a preset, or `attachment-` or `captions-` and an id.

use domain::{AssetId, AttachmentId, Preset, access::Version, grant::Purpose, short_id};
use std::fmt;

/// The name of a file of an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileName {
    /// The asset's own file.
    Original,
    /// A smaller version of the original.
    Proxy(Preset),
    /// A file that hangs on the asset.
    Attachment(AttachmentId),
    /// A file that hangs on a video, as the captions that are shown with it. To be saved, it is the file itself.
    Captions(AttachmentId),
}

impl FileName {
    /// Reads the last part of a URL.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "original" {
            return Some(Self::Original);
        }
        if let Some(id) = text.strip_prefix("attachment-") {
            return short_id::decode(id).map(Self::Attachment);
        }
        if let Some(id) = text.strip_prefix("captions-") {
            return short_id::decode(id).map(Self::Captions);
        }
        text.parse().ok().map(Self::Proxy)
    }

    /// Whether a URL of the file shows it, unless it asks for a download.
    pub fn is_shown_in_place(self) -> bool {
        match self {
            Self::Proxy(_) | Self::Captions(_) => true,
            Self::Original | Self::Attachment(_) => false,
        }
    }

    /// The last part of a URL that saves the file.
    pub fn to_save(self) -> String {
        if self.is_shown_in_place() { format!("{self}?download") } else { self.to_string() }
    }

    /// The preset, if the file is a proxy.
    pub fn preset(self) -> Option<Preset> {
        match self {
            Self::Proxy(preset) => Some(preset),
            Self::Original | Self::Attachment(_) | Self::Captions(_) => None,
        }
    }

    /// The version of the asset, as the rules of access know it, to be saved.
    pub fn version(self) -> Version {
        match self {
            Self::Original => Version::Original,
            Self::Proxy(preset) => Version::Proxy(preset),
            Self::Attachment(_) | Self::Captions(_) => Version::Attachment,
        }
    }

    /// The purpose of the grant for a counted download of this file of an asset.
    pub(crate) fn counted(self, asset: AssetId) -> Purpose<'static> {
        match self {
            Self::Original => Purpose::Counted(asset, "original"),
            Self::Proxy(preset) => Purpose::Counted(asset, preset.as_str()),
            Self::Attachment(id) | Self::Captions(id) => Purpose::CountedAttachment(id),
        }
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Original => f.write_str("original"),
            Self::Proxy(preset) => f.write_str(preset.as_str()),
            Self::Attachment(id) => write!(f, "attachment-{}", short_id::encode(*id)),
            Self::Captions(id) => write!(f, "captions-{}", short_id::encode(*id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        let names = [
            FileName::Original,
            FileName::Proxy(Preset::Preview),
            FileName::Attachment(AttachmentId::from_uuid(uuid::Uuid::from_u128(7))),
            FileName::Captions(AttachmentId::from_uuid(uuid::Uuid::from_u128(7))),
        ];
        for name in names {
            assert_eq!(FileName::parse(&name.to_string()), Some(name));
        }
        for other in ["", "Original", "attachment-", "attachment-!", "captions-", "preview/"] {
            assert_eq!(FileName::parse(other), None, "{other}");
        }
    }
}
