//! The language of all pages of a link: keeps what the visitor chooses, and says refusals in their language.
//!
//! A handler says no by an error that does not know the request. Here it is known.

use super::{Texts, switch};
use crate::{
    http::remember_language,
    pages::{PageError, link_path::LinkPath},
};
use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
    web,
};
use app::Services;

/// Answers in the language of the visitor. An address with a language leads to the same address without it, so that
/// nobody sends their language on with a link; in a frame, and where a script asks, nobody sees the address, and it stays.
pub(in crate::pages) async fn in_language(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Some(answer) = switched(&request) {
        return Ok(request.into_response(answer));
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    // Most answers are files, which have no language.
    let texts = || Texts::of(response.request());
    if let Some(refusal) = response.response().error().and_then(|error| error.as_error::<PageError>()) {
        let page = refusal.page(texts());
        return Ok(response.into_response(page));
    }
    if is_page(response.headers()) {
        let language = HeaderValue::from_static(texts().tag());
        response.headers_mut().insert(header::CONTENT_LANGUAGE, language);
    }
    Ok(response)
}

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// The answer to a visitor who chooses a language.
fn switched(request: &ServiceRequest) -> Option<HttpResponse> {
    let path = request.path();
    if ![Method::GET, Method::HEAD].contains(request.method()) || !LinkPath::has_switch(path) {
        return None;
    }
    let chosen = switch::asked_for(request.query_string())?;
    let services = request.app_data::<web::Data<Services>>()?;
    let query = switch::without_language(request.query_string());
    let location = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let mut response = HttpResponse::SeeOther();
    remember_language(&mut response, services, chosen.tag());
    Some(
        response
            .insert_header((header::LOCATION, location))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish(),
    )
}
