//! The files of an asset by the name that a URL gives them. Whether they may be sent is decided before.

use super::{PageError, static_files::placeholder};
use super::{file_response::File, visit::FileName};
use actix_web::{HttpRequest, HttpResponse};
use app::Services;
use diesel_async::AsyncConnection;
use domain::{ProxyState, media};
use schema::{assets::Asset, attachments, outbox::Priority, pictures, proxies::Proxy};
use storage::Blob;

/// A file to be saved, if it exists. For a proxy, it is this one.
pub(super) async fn to_save(
    services: &Services,
    asset: &Asset,
    name: FileName,
    proxy: Option<&Proxy>,
) -> Result<File, PageError> {
    match name {
        FileName::Original => {
            let id = asset.file_id.ok_or(PageError::NotFound)?;
            Ok(File {
                blob: Blob::File(id),
                size: size(asset.byte_size)?,
                media_type: asset.media_type.clone(),
                save_as: Some(asset.file_name.clone()),
            })
        }
        FileName::Attachment(id) => {
            let mut conn = services.pool.get().await?;
            let found = attachments::get(&mut conn, asset.id, id).await?.ok_or(PageError::NotFound)?;
            Ok(File {
                blob: Blob::File(found.file_id),
                size: size(Some(found.byte_size))?,
                media_type: found.media_type,
                save_as: Some(found.file_name),
            })
        }
        FileName::Proxy(preset) => {
            let found = proxy.ok_or(PageError::NotFound)?;
            let stem = asset.file_name.rsplit_once('.').map_or(asset.file_name.as_str(), |(stem, _)| stem);
            let extension = media::extension(found.media_type.as_deref().unwrap_or_default());
            let save_as = format!("{stem}-{preset}.{extension}");
            ready(found).map(|file| File { save_as: Some(save_as), ..file }).ok_or(PageError::NotFound)
        }
    }
}

/// Shows a picture of an asset in place, or a placeholder where there is none (yet). One that is still to be made is
/// made before those that nobody waits for.
pub(super) async fn show(
    request: &HttpRequest,
    services: &Services,
    asset: &Asset,
    proxy: Option<&Proxy>,
    watermarked: bool,
) -> Result<HttpResponse, PageError> {
    if let Some(file) = proxy.and_then(ready) {
        return Ok(file.open(request, &services.storage).await?.respond(HttpResponse::Ok()));
    }
    let may_come = proxy.map_or(watermarked, |proxy| proxy.state == ProxyState::Pending);
    let pending = may_come && prioritize(services, asset, watermarked).await?;
    Ok(placeholder(asset.kind, pending))
}

/// Gives the pictures of an asset the priority of a waiting visitor, and returns whether any are still to be made.
pub(super) async fn prioritize(services: &Services, asset: &Asset, watermarked: bool) -> Result<bool, PageError> {
    let mut conn = services.pool.get().await?;
    let work = conn
        .transaction(async |conn| pictures::ensure_proxies(conn, &[asset.id], watermarked, Priority::Visitor).await);
    Ok(work.await? > 0)
}

fn ready(proxy: &Proxy) -> Option<File> {
    Some(File {
        blob: Blob::Proxy(proxy.file_id?),
        size: u64::try_from(proxy.byte_size?).ok()?,
        media_type: proxy.media_type.clone()?,
        save_as: None,
    })
}

fn size(bytes: Option<i64>) -> Result<u64, PageError> {
    bytes.and_then(|bytes| u64::try_from(bytes).ok()).ok_or_else(|| PageError::Internal("a file without a size".into()))
}
