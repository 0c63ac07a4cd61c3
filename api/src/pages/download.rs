//! Sends a file of a link to be saved, and counts it.

use super::{PageError, file_response::OpenedFile};
use crate::http::{remember_counted, remember_seen};
use actix_web::{HttpRequest, HttpResponse};
use app::{
    Services,
    files::FileName,
    visitor::{CountedDownload, Visit},
};

/// Whether a URL that may also show a picture asks for it to be saved.
pub(super) fn is_requested(request: &HttpRequest) -> bool {
    request.query_string().split('&').any(|part| part == "download")
}

/// Sends a file to be saved, or the address at which the storage does. It is counted when its bytes are at hand, and before
/// any of them is sent.
pub(super) async fn send(
    request: &HttpRequest,
    services: &Services,
    visit: &Visit<'_>,
    name: FileName,
) -> Result<HttpResponse, PageError> {
    let (file, permit) = visit.download(name).await?;
    let opened = if permit.by_address {
        OpenedFile::open_or_address(file, request, &services.storage).await?
    } else {
        OpenedFile::open(file, request, &services.storage).await?
    };
    let mut response = HttpResponse::Ok();
    if opened.has_bytes()
        && let Some(CountedDownload { grant, marker }) = visit.count_download(name, opened.has_first_byte()).await?
    {
        remember_counted(&mut response, services, grant, request.path());
        // Only a download makes a visitor of its link, which has no other path.
        remember_seen(&mut response, services, marker, request.path());
    }
    Ok(opened.respond(response))
}
