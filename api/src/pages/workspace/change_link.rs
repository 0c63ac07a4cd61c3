//! What is done to one whole link: enabling and disabling it, a new URL, and deleting it. The last two ask first.

use super::{Fields, Frame, Posted, Section, SignedIn, encoded, own_link, own_path, templates::Confirm};
use crate::pages::{PageError, redirect::see_other, templates};
use actix_web::{HttpRequest, HttpResponse, web};
use app::{
    Services, Viewer,
    links::{self, Action},
};
use domain::node_id::NodeId;
use schema::links::Link;

/// Enables or disables a link.
pub(super) async fn switch(
    posted: Posted,
    services: web::Data<Services>,
    id: web::Path<String>,
    enabled: bool,
) -> Result<HttpResponse, PageError> {
    let link = own_link::find(&services, &posted.viewer, &id).await?;
    links::switch_link(&services, &posted.viewer, Some(link.id), enabled).await?;
    Ok(back(&posted.fields))
}

/// Asks before a link gets a new URL.
pub(super) async fn ask_rotate(
    SignedIn(viewer): SignedIn,
    request: HttpRequest,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let link = own_link::find(&services, &viewer, &id).await?;
    let question = Question {
        heading: "A new URL for this link?",
        text: "The old URL stops working at once, for everybody who has it. The settings, the counters and the password \
               stay.",
        path: "new-url",
        button: "Make a new URL",
        operation: "rotateLink",
    };
    Ok(ask(&request, &viewer, &link, question))
}

/// Gives a link a new URL, and leads to the link.
pub(super) async fn rotate(
    posted: Posted,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let link = own_link::find(&services, &posted.viewer, &id).await?;
    links::rotate_link(&services, &posted.viewer, Some(link.id)).await?;
    let to = format!("/links/{}?new-url&to={}", link.id.node_id(), encoded(&target(&posted.fields)));
    Ok(see_other(&to))
}

/// Asks before a link is deleted.
pub(super) async fn ask_delete(
    SignedIn(viewer): SignedIn,
    request: HttpRequest,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let link = own_link::find(&services, &viewer, &id).await?;
    let question = Question {
        heading: "Delete this link?",
        text: "The link stops working at once and cannot be brought back. What it shows stays in the library.",
        path: "delete",
        button: "Delete for good",
        operation: "deleteLinks",
    };
    Ok(ask(&request, &viewer, &link, question))
}

/// Deletes a link, and leads back.
pub(super) async fn delete(
    posted: Posted,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let link = own_link::find(&services, &posted.viewer, &id).await?;
    links::change_selected(&services, &posted.viewer, &[link.id], Action::Delete).await?;
    Ok(back(&posted.fields))
}

/// A question about one link, before what cannot be undone.
struct Question {
    heading: &'static str,
    text: &'static str,
    /// Where the answer is sent, below the page of the link.
    path: &'static str,
    button: &'static str,
    /// The operation of the API that does the same.
    operation: &'static str,
}

fn ask(request: &HttpRequest, viewer: &Viewer, link: &Link, question: Question) -> HttpResponse {
    let page = Confirm {
        frame: Frame::new(viewer, Section::Links),
        heading: question.heading.to_owned(),
        text: question.text.to_owned(),
        names: vec![link.settings.name.clone()],
        action: format!("/links/{}/{}", link.id.node_id(), question.path),
        fields: Vec::new(),
        button: question.button.to_owned(),
        to: target(&Fields::of_query(request.query_string())),
        operation: question.operation,
    };
    templates::scripted_page(HttpResponse::Ok(), &page)
}

/// Leads back to the page on which the button was.
fn back(fields: &Fields) -> HttpResponse {
    see_other(&target(fields))
}

fn target(fields: &Fields) -> String {
    own_path(fields.text("to")).unwrap_or("/links").to_owned()
}
