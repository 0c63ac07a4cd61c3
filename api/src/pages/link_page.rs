//! `/s/{token}` and `/s/{token}/embed`: a public link.

use super::{
    PageError, gallery, link_asset,
    link_path::LinkPath,
    open_link::open,
    texts::Texts,
    unlock_form::{self, Asked},
};
use actix_web::{HttpRequest, HttpResponse, web};
use app::{Services, visitor::RequestedFile};
use domain::{LinkKind, access::Resource};

/// The page of a public link.
pub(super) async fn page(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    show(&request, &services, LinkPath { token: &token, embedded: false }).await
}

/// The page without its surroundings, for the iframe of an embed code.
pub(super) async fn embed(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    show(&request, &services, LinkPath { token: &token, embedded: true }).await
}

async fn show(request: &HttpRequest, services: &Services, path: LinkPath<'_>) -> Result<HttpResponse, PageError> {
    let texts = Texts::of(request);
    let visit = open(request, services, (path.token, LinkKind::Public), RequestedFile::default()).await?;
    let permit = match visit.decide(Resource::Page) {
        Ok(permit) => permit,
        Err(refusal) => {
            let asked = Asked { path, page: path.here(), query: request.query_string().to_owned() };
            return unlock_form::refuse(refusal, &visit, &asked, texts);
        }
    };
    match visit.link(permit).collection_id {
        Some(collection) => {
            gallery::show((&visit, permit), services, collection, path, (request.query_string(), texts)).await
        }
        None => link_asset::show(&visit, services, path, (request.query_string(), texts)).await,
    }
}
