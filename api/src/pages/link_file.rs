//! `/s/{token}/assets/{asset}/{file}`: a picture or a video to look at, its captions, or a file to download, under a public
//! link.

use super::{
    PageError, download,
    file_response::{OpenedFile, send_or_replaced},
    link_path::LinkPath,
    open_link::open,
    picture_response,
};
use actix_web::{HttpRequest, HttpResponse, web};
use app::{
    Services,
    files::{FileName, captions, picture},
    visitor::RequestedFile,
};
use domain::{LinkKind, access::Resource, short_id};

/// A file of an asset.
pub(super) async fn file(
    request: HttpRequest,
    services: web::Data<Services>,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, PageError> {
    let (token, asset, name) = path.into_inner();
    let name = FileName::parse(&name);
    let requested = RequestedFile { asset: short_id::decode(&asset), file: name };
    let answer = send_or_replaced(async || send(&request, &services, &token, requested, name).await).await;
    answer.map_err(|error| error.with_way_back(LinkPath::asked_from(&request, &token)))
}

async fn send(
    request: &HttpRequest,
    services: &Services,
    token: &str,
    requested: RequestedFile,
    name: Option<FileName>,
) -> Result<HttpResponse, PageError> {
    let visit = open(request, services, (token, LinkKind::Public), requested).await?;
    let leads_there = visit.has_found(requested.asset);
    let Some(name) = name.filter(|_| leads_there) else {
        // Only a visitor who may come in is told that the file does not exist.
        visit.decide(Resource::Page)?;
        return Err(PageError::NotFound);
    };
    match name {
        FileName::Proxy(preset) if !download::is_requested(request) => {
            let permit = visit.decide(Resource::Picture(visit.target(), preset))?;
            visit.refuse_bots()?;
            let asset = visit.asset(permit)?;
            let shown = picture(services, asset, visit.proxy(permit), permit.watermarked).await?;
            picture_response::send(request, services, asset.kind, shown).await
        }
        FileName::Captions(id) if !download::is_requested(request) => {
            let permit = visit.decide(Resource::Captions(visit.target()))?;
            visit.refuse_bots()?;
            let (file, text) = captions(services, visit.asset(permit)?, id).await?;
            Ok(OpenedFile::of_bytes(file, &text, request).respond(HttpResponse::Ok()))
        }
        name => download::send(request, services, &visit, name).await,
    }
}
