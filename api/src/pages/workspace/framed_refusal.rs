//! Refusals on the pages of signed-in users: within the frame of the workspace, with a way back.
//!
//! A handler says no as all pages do, by an error that knows neither the request nor the viewer. Here both are known.

use super::{Frame, Section, templates::RefusedPage};
use crate::pages::{PageError, templates, texts::Texts};
use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
};
use app::Viewer;

/// Puts a refusal into the frame of whoever is signed in.
pub(crate) async fn frame_refusals(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?;
    let Some(framed) = framed(&response) else { return Ok(response.map_into_boxed_body()) };
    Ok(response.into_response(framed))
}

fn framed(response: &ServiceResponse<impl MessageBody>) -> Option<HttpResponse> {
    let error = response.response().error()?.as_error::<PageError>()?;
    let extensions = response.request().extensions();
    let viewer = extensions.get::<Viewer>()?;
    let (heading, text) = match error {
        PageError::NotFound => {
            let text = "There is no such page, or what it shows was deleted, or you may not see it.";
            ("Nothing here".to_owned(), text.to_owned())
        }
        error => error.message(Texts::english()),
    };
    let frame = Frame::new(viewer, Section::None);
    let mut answer = HttpResponse::build(response.status());
    for wait in response.headers().get_all(header::RETRY_AFTER) {
        answer.insert_header((header::RETRY_AFTER, wait.clone()));
    }
    Some(templates::scripted_page(answer, &RefusedPage { frame, heading, text }))
}
