//! `/media/…`: a file for a signed-in user, by a signed URL that the API gave.

use super::{
    PageError, download,
    file_response::{OpenedFile, send_or_replaced},
};
use actix_web::{HttpRequest, HttpResponse, web};
use app::{
    Services,
    media::{self, MediaError, SignedRequest},
};
use serde::Deserialize;

/// The query of a signed URL.
#[derive(Deserialize)]
pub(super) struct Signature {
    #[serde(rename = "for")]
    token: String,
    signature: String,
}

/// Sends the file.
pub(super) async fn file(
    request: HttpRequest,
    services: web::Data<Services>,
    path: web::Path<String>,
    signature: Option<web::Query<Signature>>,
) -> Result<HttpResponse, PageError> {
    let signature = signature.ok_or(PageError::NotSigned)?;
    send_or_replaced(async || send(&request, &services, &path, &signature).await).await
}

async fn send(
    request: &HttpRequest,
    services: &Services,
    path: &str,
    Signature { token, signature }: &Signature,
) -> Result<HttpResponse, PageError> {
    let signed = SignedRequest { token, signature, save: download::is_requested(request) };
    let file = media::open(services, path, signed).await?;
    Ok(OpenedFile::open(file, request, &services.storage).await?.respond(HttpResponse::Ok()))
}

impl From<MediaError> for PageError {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::NotSigned => Self::NotSigned,
            MediaError::NotFound => Self::NotFound,
            MediaError::Failed(error) => error.into(),
        }
    }
}
