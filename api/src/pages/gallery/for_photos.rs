//! The file of a picture or video for the photo library of a phone: the best one that such a library takes.

use app::files::{FileName, OfferedFile};
use domain::AssetKind;

/// The types of originals that photo libraries of phones take.
const TAKEN: [&str; 8] =
    ["image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/heif", "video/mp4", "video/quicktime"];

/// A file for a photo library.
pub(in crate::pages) struct ForPhotos {
    /// Its name below the asset, with what makes it a download.
    pub(in crate::pages) name: String,
    /// In bytes.
    pub(in crate::pages) byte_size: i64,
}

/// The best file for a photo library among those that a link hands out of an asset; none, if there is no picture or
/// video of it.
pub(super) fn for_photos(kind: AssetKind, offered: &[OfferedFile<'_>]) -> Option<ForPhotos> {
    let is_video = match kind {
        AssetKind::Image => false,
        AssetKind::Video => true,
        AssetKind::Audio | AssetKind::Document | AssetKind::Other => return None,
    };
    let quality = |file: &OfferedFile<'_>| match file.file {
        FileName::Original if TAKEN.contains(&file.media_type) => Some((true, None)),
        FileName::Proxy(preset) if preset.is_picture() != is_video => Some((false, Some(preset))),
        FileName::Original | FileName::Proxy(_) | FileName::Attachment(_) | FileName::Captions(_) => None,
    };
    let (_, best) =
        offered.iter().filter_map(|file| Some((quality(file)?, file))).max_by_key(|(quality, _)| *quality)?;
    Some(ForPhotos { name: best.file.to_save(), byte_size: best.byte_size.unwrap_or(0) })
}
