//! The captions of a video: attachments that are shown with it, and not only downloaded.

use super::{AssetFile, AssetFiles, FileName};
use crate::{Error, Services};
use bytes::Bytes;
use domain::{
    AssetKind, AttachmentId,
    captions::{Captions, MAX_BYTES, webvtt},
};
use schema::{
    assets::Asset,
    attachments::{self, Attachment},
};
use storage::Blob;

/// The captions that are shown with a video.
#[derive(Debug, Clone)]
pub struct Track {
    /// The file, as it is shown.
    pub file: FileName,
    /// Their language.
    pub captions: Captions,
}

/// The captions of an asset, oldest first.
pub fn tracks(asset: &Asset, files: &AssetFiles) -> impl Iterator<Item = Track> {
    files.attachments(asset.id).iter().filter_map(|attachment| {
        Some(Track { file: FileName::Captions(attachment.id), captions: of(asset, attachment)? })
    })
}

/// An attachment of an asset as captions, and their text in `WebVTT`, written anew.
pub async fn captions(services: &Services, asset: &Asset, id: AttachmentId) -> Result<(AssetFile, Bytes), Error> {
    let found = attachments::get(&mut *services.pool.get().await?, asset.id, id).await?;
    let found = found.filter(|attachment| of(asset, attachment).is_some()).ok_or(Error::NotFound)?;
    let blob = Blob::File(found.file_id);
    let file = services.storage.read_all(blob).await?;
    let text = Bytes::from(webvtt(&file).ok_or(Error::NotFound)?);
    let media_type = "text/vtt; charset=utf-8".to_owned();
    Ok((AssetFile { blob, size: text.len() as u64, media_type, save_as: None }, text))
}

/// Which captions an attachment has, if it belongs to a video.
fn of(asset: &Asset, attachment: &Attachment) -> Option<Captions> {
    let is_text = attachment.media_type.starts_with("text/") && attachment.byte_size <= MAX_BYTES;
    Captions::named(&attachment.file_name).filter(|_| is_text && asset.kind == AssetKind::Video)
}
