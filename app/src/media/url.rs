//! Makes signed URLs.

use super::{FileOwner, MediaFile, media_file::may_open};
use crate::{Services, Viewer, files::FileName};
use domain::{Rights, media_url::MediaUrl, short_id};

/// The URL of a file of an asset; none if a viewer with these rights on the asset may not have it. With `save`, browsers
/// save the file instead of showing it.
pub fn asset_file_url(
    services: &Services,
    viewer: &Viewer,
    (owner, rights): (FileOwner, Rights),
    (file, watermarked): (FileName, bool),
    save: bool,
) -> Option<String> {
    if !may_open(owner, rights, file, save) {
        return None;
    }
    let url = signed(services, viewer, MediaFile::Asset { asset: owner.asset, file, watermarked });
    Some(if save && file.is_shown_in_place() { url + "&download" } else { url })
}

/// The URL of the image of the workspace's watermark.
pub fn watermark_url(services: &Services, viewer: &Viewer) -> String {
    signed(services, viewer, MediaFile::Watermark)
}

fn signed(services: &Services, viewer: &Viewer, file: MediaFile) -> String {
    let path = file.to_string();
    let signature = MediaUrl { token: viewer.token, path: &path }.sign(&services.keys, services.now());
    format!("{}/media/{path}?for={}&signature={signature}", services.public_url, short_id::encode(viewer.token))
}
