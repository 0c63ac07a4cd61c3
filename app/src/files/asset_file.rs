//! A file of an asset: its bytes, and what a client is told about it.

use super::{file_name::FileName, ready_proxy::ReadyProxy};
use crate::{Error, Services};
use domain::{AssetId, FileId, Preset, media};
use schema::{assets::Asset, attachments, media::UsersOriginal};
use storage::Blob;

/// A file of an asset, and what a client is told about it.
#[derive(Debug, Clone)]
pub struct AssetFile {
    /// Its bytes.
    pub blob: Blob,
    /// In bytes.
    pub size: u64,
    /// Its media type.
    pub media_type: String,
    /// The name to save it under; none, if it is shown in place.
    pub save_as: Option<String>,
}

/// The original of an asset, as far as it matters to who downloads a file.
#[derive(Debug, Clone, Copy)]
pub struct Original<'a> {
    /// The asset.
    pub asset: AssetId,
    /// Its bytes, if they are here.
    pub file: Option<FileId>,
    /// In bytes, if known.
    pub byte_size: Option<i64>,
    /// Its media type.
    pub media_type: &'a str,
    /// Its file name.
    pub file_name: &'a str,
}

impl<'a> From<&'a Asset> for Original<'a> {
    fn from(asset: &'a Asset) -> Self {
        Self {
            asset: asset.id,
            file: asset.file_id,
            byte_size: asset.byte_size,
            media_type: &asset.media_type,
            file_name: &asset.file_name,
        }
    }
}

impl<'a> From<&'a UsersOriginal> for Original<'a> {
    fn from(original: &'a UsersOriginal) -> Self {
        Self {
            asset: original.id,
            file: original.file_id,
            byte_size: original.byte_size,
            media_type: &original.media_type,
            file_name: &original.file_name,
        }
    }
}

impl AssetFile {
    /// A proxy to be shown in place.
    pub(super) fn of_proxy(proxy: ReadyProxy<'_>) -> Result<Self, Error> {
        let size = size(Some(proxy.byte_size))?;
        Ok(Self { blob: proxy.blob, size, media_type: proxy.media_type.to_owned(), save_as: None })
    }
}

/// A proxy, to be shown in place; none, if it is not ready.
pub(crate) fn to_show(proxy: Option<ReadyProxy<'_>>) -> Result<AssetFile, Error> {
    AssetFile::of_proxy(proxy.ok_or(Error::NotFound)?)
}

/// The file of this name, to be saved. `proxy` is the proxy that the name means, if that is ready.
pub async fn to_save(
    services: &Services,
    original: Original<'_>,
    name: FileName,
    proxy: Option<ReadyProxy<'_>>,
) -> Result<AssetFile, Error> {
    match name {
        FileName::Original => Ok(AssetFile {
            blob: Blob::File(original.file.ok_or(Error::NotFound)?),
            size: size(original.byte_size)?,
            media_type: original.media_type.to_owned(),
            save_as: Some(original.file_name.to_owned()),
        }),
        FileName::Attachment(id) | FileName::Captions(id) => {
            let mut conn = services.pool.get().await?;
            let found = attachments::get(&mut conn, original.asset, id).await?.ok_or(Error::NotFound)?;
            Ok(AssetFile {
                blob: Blob::File(found.file_id),
                size: size(Some(found.byte_size))?,
                media_type: found.media_type,
                save_as: Some(found.file_name),
            })
        }
        FileName::Proxy(preset) => {
            let found = proxy.ok_or(Error::NotFound)?;
            let save_as = Some(proxy_name(original.file_name, preset, found.media_type));
            Ok(AssetFile { save_as, ..AssetFile::of_proxy(found)? })
        }
    }
}

/// The name under which a proxy is saved.
pub(crate) fn proxy_name(original: &str, preset: Preset, media_type: &str) -> String {
    let stem = original.rsplit_once('.').map_or(original, |(stem, _)| stem);
    format!("{stem}-{preset}.{}", media::extension(media_type))
}

fn size(bytes: Option<i64>) -> Result<u64, Error> {
    bytes.and_then(|bytes| u64::try_from(bytes).ok()).ok_or_else(|| Error::internal("a file without a size"))
}
