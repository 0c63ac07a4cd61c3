//! `/s/{token}/cover.jpg`: the picture that stands for a public link where others show it. With `asset`, that of a member
//! of its collection. The URL has a version (`v`), so that nobody shows an old picture; the answer does not depend on it.

use super::{
    PageError,
    file_response::{OpenedFile, send_or_replaced},
    open_link::open,
};
use actix_web::{HttpRequest, HttpResponse, web};
use app::{Services, files::AssetFile, visitor::RequestedFile};
use domain::{AssetId, LinkKind, access::Resource, short_id};
use storage::Blob;

/// The cover of a link or of a member.
pub(super) async fn cover(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    send_or_replaced(async || send(&request, &services, &token).await).await
}

async fn send(request: &HttpRequest, services: &Services, token: &str) -> Result<HttpResponse, PageError> {
    let text = request.query_string().split('&').find_map(|part| part.strip_prefix("asset="));
    let asset: Option<AssetId> = text.and_then(short_id::decode);
    let requested = RequestedFile { asset, file: None };
    let visit = open(request, services, (token, LinkKind::Public), requested).await?;
    visit.decide(Resource::Page)?;
    let found = match text {
        None => visit.cover(None).await?,
        Some(_) if visit.has_found(asset) => visit.cover_of_found().await?,
        Some(_) => None,
    };
    let cover = found.ok_or(PageError::NotFound)?;
    let bytes = services.covers.jpeg(services, &cover).await?;
    let (blob, size) = (Blob::Proxy(cover.file), bytes.len() as u64);
    let told = AssetFile { blob, size, media_type: "image/jpeg".to_owned(), save_as: None };
    Ok(OpenedFile::of_bytes(told, &bytes, request).respond(HttpResponse::Ok()))
}
