//! `/bin/{number}/{file}`: a picture of an asset in the bin, for those who may restore it. Nothing else of it is sent.

use crate::{
    http::session_viewer,
    pages::{PageError, picture_response},
};
use actix_web::{HttpRequest, HttpResponse, web};
use app::{
    Services,
    assets::find_in_bin,
    files::{FileName, picture},
};
use schema::proxies;

/// The picture, or a placeholder.
pub(super) async fn file(
    request: HttpRequest,
    services: web::Data<Services>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (number, name) = path.into_inner();
    let viewer = session_viewer(&request, &services).await?.ok_or(PageError::Locked)?;
    let preset = FileName::parse(&name).and_then(FileName::preset).filter(|preset| preset.is_shown());
    let preset = preset.ok_or(PageError::NotFound)?;
    let asset = find_in_bin(&services, &viewer, &number).await?.ok_or(PageError::NotFound)?;
    let proxy = proxies::get(&mut *services.pool.get().await?, asset.id, preset.plain()).await?;
    let shown = picture(&services, &asset, proxy.as_ref(), false).await?;
    picture_response::send(&request, &services, asset.kind, shown).await
}
