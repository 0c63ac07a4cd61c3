//! `/links/{id}/qr-code.svg` and `/links/{id}/qr-code.png`: the URL of a link as a picture.

use super::{SignedIn, own_link};
use crate::pages::{PageError, download};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, ContentDisposition, DispositionParam, DispositionType},
    web,
};
use app::{
    Services,
    links::{QrFormat, qr_code},
};

/// The edge in pixels: sharp on a screen, and large enough to be printed on a page.
const EDGE: i32 = 1024;

/// The picture; with `?download`, to be saved.
pub(super) async fn picture(
    SignedIn(viewer): SignedIn,
    request: HttpRequest,
    services: web::Data<Services>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (id, format) = path.into_inner();
    let format = match format.as_str() {
        "svg" => QrFormat::Svg,
        "png" => QrFormat::Png,
        _ => return Err(PageError::NotFound),
    };
    let link = own_link::find(&services, &viewer, &id).await?;
    let code = qr_code(services.link_url(&link)?, format, EDGE).await?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(code.media_type)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"));
    if download::is_requested(&request) {
        let name = if format == QrFormat::Svg { "qr-code.svg" } else { "qr-code.png" };
        let parameters = vec![DispositionParam::Filename(name.to_owned())];
        response.insert_header(ContentDisposition { disposition: DispositionType::Attachment, parameters });
    }
    Ok(response.body(code.bytes))
}
