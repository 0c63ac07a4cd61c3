//! Which file a URL opens, and how its path spells it.

use crate::{assets, files::FileName};
use domain::{AssetId, AssetSource, OriginalState, Rendition, Rights, access::decide_internal, short_id};
use schema::{assets::Asset, media::UsersOriginal};
use std::fmt;

/// The end of the name of a proxy with the watermark.
const WATERMARKED: &str = "-watermarked";

/// The path of the workspace's watermark.
const WATERMARK: &str = "watermark";

/// A file that a signed-in user may open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaFile {
    /// A file of an asset.
    Asset {
        /// The asset.
        asset: AssetId,
        /// Which of its files.
        file: FileName,
        /// Whether the file is the proxy with the workspace's watermark.
        watermarked: bool,
    },
    /// The image of the workspace's watermark.
    Watermark,
}

impl MediaFile {
    /// Reads the path of a URL.
    pub fn parse(path: &str) -> Option<Self> {
        if path == WATERMARK {
            return Some(Self::Watermark);
        }
        let (asset, name) = path.split_once('/')?;
        let plain = name.strip_suffix(WATERMARKED);
        let file = FileName::parse(plain.unwrap_or(name))?;
        if plain.is_some() && file.preset().is_none() {
            return None;
        }
        Some(Self::Asset { asset: short_id::decode(asset)?, file, watermarked: plain.is_some() })
    }
}

impl fmt::Display for MediaFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Watermark => f.write_str(WATERMARK),
            Self::Asset { asset, file, watermarked } => {
                write!(f, "{}/{file}{}", short_id::encode(*asset), if *watermarked { WATERMARKED } else { "" })
            }
        }
    }
}

/// The proxy that a file is, if it is one.
pub(super) fn rendition(file: FileName, watermarked: bool) -> Option<Rendition> {
    file.preset().map(|preset| Rendition { preset, watermarked })
}

/// What decides about the files of an asset, beside the rights of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileOwner {
    /// The asset.
    pub asset: AssetId,
    source: AssetSource,
    original: OriginalState,
    /// It is in the bin.
    is_deleted: bool,
}

impl From<&UsersOriginal> for FileOwner {
    fn from(asset: &UsersOriginal) -> Self {
        let is_deleted = asset.deleted_at.is_some();
        Self { asset: asset.id, source: asset.source, original: asset.original_state, is_deleted }
    }
}

impl From<&Asset> for FileOwner {
    fn from(asset: &Asset) -> Self {
        let is_deleted = asset.deleted_at.is_some();
        Self { asset: asset.id, source: asset.source, original: asset.original_state, is_deleted }
    }
}

/// Whether a user with these rights on an asset gets one of its files: small pictures to look at with the right to
/// read, everything else with the right to download. Of what is in the bin, those who see the bin get pictures only.
pub(super) fn may_open(owner: FileOwner, rights: Rights, file: FileName, save: bool) -> bool {
    let is_looked_at = !save && file.preset().is_some_and(domain::Preset::is_shown);
    if owner.is_deleted {
        return is_looked_at && assets::may_move(rights);
    }
    let version = (!is_looked_at).then(|| file.version());
    decide_internal((owner.source, owner.original), rights, version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Preset;

    #[test]
    fn paths_are_read_as_they_are_written() {
        let asset = AssetId::new();
        let of = |file, watermarked| MediaFile::Asset { asset, file, watermarked };
        let files = [
            MediaFile::Watermark,
            of(FileName::Original, false),
            of(FileName::Proxy(Preset::Video480), false),
            of(FileName::Proxy(Preset::Video480), true),
        ];
        for file in files {
            assert_eq!(MediaFile::parse(&file.to_string()), Some(file));
        }
        let id = short_id::encode(asset);
        for bad in ["", "watermark/", "x/preview", &id, &format!("{id}/original-watermarked"), &format!("{id}/x/y")] {
            assert_eq!(MediaFile::parse(bad), None, "{bad}");
        }
    }
}
