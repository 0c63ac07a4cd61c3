//! The name of a file of an asset, as a URL spells it: `original`, a preset, or `attachment-` and an id.

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
        text.parse().ok().map(Self::Proxy)
    }

    /// Whether a URL of the file shows it, unless it asks for a download.
    pub fn is_shown_in_place(self) -> bool {
        self.preset().is_some()
    }

    /// The last part of a URL that saves the file.
    pub fn to_save(self) -> String {
        if self.is_shown_in_place() { format!("{self}?download") } else { self.to_string() }
    }

    /// The preset, if the file is a proxy.
    pub fn preset(self) -> Option<Preset> {
        match self {
            Self::Proxy(preset) => Some(preset),
            Self::Original | Self::Attachment(_) => None,
        }
    }

    /// The version of the asset, as the rules of access know it.
    pub fn version(self) -> Version {
        match self {
            Self::Original => Version::Original,
            Self::Proxy(preset) => Version::Proxy(preset),
            Self::Attachment(_) => Version::Attachment,
        }
    }

    /// The purpose of the grant for a counted download of this file of an asset.
    pub(crate) fn counted(self, asset: AssetId) -> Purpose<'static> {
        match self {
            Self::Original => Purpose::Counted(asset, "original"),
            Self::Proxy(preset) => Purpose::Counted(asset, preset.as_str()),
            Self::Attachment(id) => Purpose::CountedAttachment(id),
        }
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Original => f.write_str("original"),
            Self::Proxy(preset) => f.write_str(preset.as_str()),
            Self::Attachment(id) => write!(f, "attachment-{}", short_id::encode(*id)),
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
        ];
        for name in names {
            assert_eq!(FileName::parse(&name.to_string()), Some(name));
        }
        for other in ["", "Original", "attachment-", "attachment-!", "preview/"] {
            assert_eq!(FileName::parse(other), None, "{other}");
        }
    }
}
