//! What an archive is asked to contain.

use super::Selection;
use crate::{Preset, access::Version};
use std::fmt;

/// Which files of each member an archive is asked to contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchiveVersion {
    /// All that the link lets a visitor download.
    Everything,
    /// The originals.
    Originals,
    /// The proxies of one preset.
    Proxies(Preset),
}

impl ArchiveVersion {
    /// Reads `original` or the name of a preset; an empty text stands for everything.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "" => Some(Self::Everything),
            "original" => Some(Self::Originals),
            preset => preset.parse().ok().map(Self::Proxies),
        }
    }

    /// Its text; empty for everything.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "",
            Self::Originals => "original",
            Self::Proxies(preset) => preset.as_str(),
        }
    }

    /// Whether an archive of this version contains files of a version of an asset.
    pub fn contains(self, version: Version) -> bool {
        match (self, version) {
            (Self::Everything, _) | (Self::Originals, Version::Original) => true,
            (Self::Proxies(wanted), Version::Proxy(preset)) => wanted == preset,
            (Self::Originals | Self::Proxies(_), _) => false,
        }
    }
}

/// What an archive is asked to contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveRequest {
    /// Which files of each member.
    pub version: ArchiveVersion,
    /// Which members.
    pub selection: Selection,
}

impl ArchiveRequest {
    /// Everything of all members.
    pub const EVERYTHING: Self = Self { version: ArchiveVersion::Everything, selection: Selection::All };

    /// Reads the parameters `version` and `select` of a URL; all others are ignored. `select` may come several times, as
    /// a form sends it; without it all members are asked for. None, if a value is malformed.
    pub fn parse<'a>(parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        let (mut version, mut selected, mut all) = ("", Vec::new(), true);
        for (name, value) in parameters {
            match name {
                "version" => version = value,
                "select" => {
                    all = false;
                    selected.push(value);
                }
                _ => {}
            }
        }
        let selection = if all { Selection::All } else { Selection::parse(selected)? };
        Some(Self { version: ArchiveVersion::parse(version)?, selection })
    }
}

/// Writes the request as the query of a URL, without the question mark. The same request is always the same text.
impl fmt::Display for ArchiveRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.version.as_str();
        match (version.is_empty(), &self.selection) {
            (true, Selection::All) => Ok(()),
            (false, Selection::All) => write!(f, "version={version}"),
            (true, selection) => write!(f, "select={selection}"),
            (false, selection) => write!(f, "version={version}&select={selection}"),
        }
    }
}
