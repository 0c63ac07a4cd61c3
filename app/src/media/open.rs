//! Opens the file of a signed URL.

use super::{
    FileOwner, MediaFile,
    media_file::{may_open, rendition},
};
use crate::{
    Error, Services,
    files::{AssetFile, Original, ReadyProxy, to_save, to_show},
};
use domain::{
    BearerTokenId,
    media::{self, sniff},
    media_url::MediaUrl,
    short_id,
};
use schema::media::{self as rows, UsersFile};
use storage::Blob;

/// What a URL says beside the file.
#[derive(Debug, Clone, Copy)]
pub struct SignedRequest<'a> {
    /// The id of the bearer token that it was made for.
    pub token: &'a str,
    /// The signature.
    pub signature: &'a str,
    /// Whether the file is to be saved, not shown.
    pub save: bool,
}

/// Why a URL opens nothing.
#[derive(Debug)]
pub enum MediaError {
    /// The signature is wrong, or has ended.
    NotSigned,
    /// The file does not exist, or the user may not have it now.
    NotFound,
    /// The request could not be decided.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for MediaError {
    fn from(error: E) -> Self {
        match error.into() {
            Error::NotFound => Self::NotFound,
            error => Self::Failed(error),
        }
    }
}

/// The file of a URL, with the rights that the user has now.
pub async fn open(services: &Services, path: &str, signed: SignedRequest<'_>) -> Result<AssetFile, MediaError> {
    let file = MediaFile::parse(path).ok_or(MediaError::NotFound)?;
    let token: BearerTokenId = short_id::decode(signed.token).ok_or(MediaError::NotSigned)?;
    if !(MediaUrl { token, path }).is_signed(&services.keys, signed.signature, services.now()) {
        return Err(MediaError::NotSigned);
    }
    let MediaFile::Asset { asset, file, watermarked } = file else { return watermark(services, token).await };
    let wanted = UsersFile { token, asset, rendition: rendition(file, watermarked) };
    let found = services.media.find(wanted).await?.ok_or(MediaError::NotFound)?;
    if !may_open(FileOwner::from(&found.original), found.rights(), file, signed.save) {
        return Err(MediaError::NotFound);
    }
    let is_shown = file.is_shown_in_place() && !signed.save;
    Ok(match &found.proxy {
        Some(proxy) if is_shown => to_show(ReadyProxy::of_user(proxy))?,
        proxy => {
            let proxy = proxy.as_ref().and_then(ReadyProxy::of_user);
            to_save(services, Original::from(&found.original), file, proxy).await?
        }
    })
}

async fn watermark(services: &Services, token: BearerTokenId) -> Result<AssetFile, MediaError> {
    let file = rows::watermark(&mut *services.pool.get().await?, token, services.now()).await?;
    let blob = Blob::File(file.ok_or(MediaError::NotFound)?);
    // At most 2 MB.
    let bytes = services.storage.read_all(blob).await.map_err(Error::from)?;
    let head = &bytes[..bytes.len().min(media::HEAD_BYTES)];
    let media_type = sniff(head).media_type.to_owned();
    Ok(AssetFile { blob, size: bytes.len() as u64, media_type, save_as: None })
}
