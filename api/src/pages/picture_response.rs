//! Sends a picture to be shown in place, or its placeholder.

use super::{PageError, file_response::OpenedFile, static_files::placeholder};
use actix_web::{HttpRequest, HttpResponse};
use app::{Services, files::Picture};
use domain::AssetKind;

/// Sends a picture of an asset of this kind.
pub(super) async fn send(
    request: &HttpRequest,
    services: &Services,
    kind: AssetKind,
    picture: Picture,
) -> Result<HttpResponse, PageError> {
    match picture {
        Picture::File(file) => {
            Ok(OpenedFile::open(file, request, &services.storage).await?.respond(HttpResponse::Ok()))
        }
        Picture::Placeholder { is_pending } => Ok(placeholder(kind, is_pending)),
    }
}
