//! `/a/{number}/{file}`: a picture or a file of an asset, for signed-in users.

use crate::{
    http::session_viewer,
    pages::{PageError, download, file_response::OpenedFile, picture_response},
};
use actix_web::{HttpRequest, HttpResponse, web};
use app::{
    Services, assets,
    files::{FileName, ReadyProxy, captions, picture, to_save},
};
use schema::proxies;

/// A file of an asset. Pictures, videos and captions are shown to users who may read the asset; any other file is a
/// download.
pub(super) async fn file(
    request: HttpRequest,
    services: web::Data<Services>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (number, name) = path.into_inner();
    let viewer = session_viewer(&request, &services).await?.ok_or(PageError::Locked)?;
    let opened = assets::open_by_number(&services, &viewer, &number).await?;
    let name = FileName::parse(&name).ok_or(PageError::NotFound)?;
    let proxy = match name.preset() {
        Some(preset) => proxies::get(&mut *services.pool.get().await?, opened.asset.id, preset.plain()).await?,
        None => None,
    };
    match name {
        FileName::Proxy(preset) if preset.is_shown() && !download::is_requested(&request) => {
            let shown = picture(&services, &opened.asset, proxy.as_ref(), false).await?;
            picture_response::send(&request, &services, opened.asset.kind, shown).await
        }
        FileName::Captions(id) if !download::is_requested(&request) => {
            let (file, text) = captions(&services, &opened.asset, id).await?;
            Ok(OpenedFile::of_bytes(file, &text, &request).respond(HttpResponse::Ok()))
        }
        name if opened.may_download(name) => {
            let file =
                to_save(&services, (&opened.asset).into(), name, proxy.as_ref().and_then(ReadyProxy::of)).await?;
            let opened = OpenedFile::open_or_address(file, &request, &services.storage).await?;
            Ok(opened.respond(HttpResponse::Ok()))
        }
        _ => Err(PageError::NotFound),
    }
}
