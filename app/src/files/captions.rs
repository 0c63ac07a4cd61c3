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

/// The captions of an asset, oldest first. Several with one label, which are those of one language, also have the names of
/// their files.
pub fn tracks(asset: &Asset, files: &AssetFiles) -> Vec<Track> {
    let found = files.attachments(asset.id).iter().filter_map(|attachment| Some((attachment, of(asset, attachment)?)));
    let found: Vec<(&Attachment, Captions)> = found.collect();
    let track = |(attachment, captions): &(&Attachment, Captions)| {
        let Captions { language, label } = captions.clone();
        let is_one_of_several = found.iter().filter(|(_, other)| other.label == label).count() > 1;
        let label = if is_one_of_several { format!("{label} ({})", attachment.file_name) } else { label };
        Track { file: FileName::Captions(attachment.id), captions: Captions { language, label } }
    };
    found.iter().map(track).collect()
}

/// An attachment of an asset as captions, and their text in `WebVTT`, written anew. A text without any is found here only,
/// because lists read no files, and is answered as no captions.
pub async fn captions(services: &Services, asset: &Asset, id: AttachmentId) -> Result<(AssetFile, Bytes), Error> {
    let found = attachments::get(&mut *services.pool.get().await?, asset.id, id).await?;
    let found = found.filter(|attachment| of(asset, attachment).is_some()).ok_or(Error::NotFound)?;
    let blob = Blob::File(found.file_id);
    let file = services.storage.read_all(blob).await?;
    let text = Bytes::from(webvtt(&file));
    let media_type = "text/vtt; charset=utf-8".to_owned();
    Ok((AssetFile { blob, size: text.len() as u64, media_type, save_as: None }, text))
}

/// Which captions an attachment has, if it belongs to a video. A page under such a name is none.
fn of(asset: &Asset, attachment: &Attachment) -> Option<Captions> {
    let is_text = attachment.media_type == "text/plain" && attachment.byte_size <= MAX_BYTES;
    Captions::named(&attachment.file_name).filter(|_| is_text && asset.kind == AssetKind::Video)
}
