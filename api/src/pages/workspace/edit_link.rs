//! `/links/{id}/edit`: other settings for a link, under its URL.

use super::{
    Fields, Frame, Posted, Section, SignedIn,
    errors::mistakes,
    link_form::{self, Known, LinkForm, Typed},
    new_password::{self, form_id},
    own_link, own_path,
    templates::EditLinkPage,
};
use crate::pages::{PageError, templates};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use app::{MutationError, Services, Viewer, links};
use domain::{name::default_link_name, node_id::NodeId, sharing::Offer};
use schema::links::Link;

/// The form with the present settings.
pub(super) async fn page(
    SignedIn(viewer): SignedIn,
    request: HttpRequest,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let link = own_link::find(&services, &viewer, &id).await?;
    let offer = own_link::offer(&services, &viewer, &link).await?;
    let form = form(&viewer, &link, offer);
    Ok(show(StatusCode::OK, &viewer, &link, form, &Fields::of_query(request.query_string())))
}

/// Changes the settings, and leads to the link.
pub(super) async fn change(
    posted: Posted,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let link = own_link::find(&services, &viewer, &id).await?;
    let (offer, assets) = own_link::offer(&services, &viewer, &link).await?;
    let password = new_password::chosen(&services, &viewer, &fields);
    match update(&services, &viewer, (&link, &offer), &fields, password.clone()).await {
        Ok(link) => {
            let to = own_path(fields.text("to")).unwrap_or("/links");
            let to = format!("/links/{}?changed&to={}", link.id.node_id(), super::encoded(to));
            Ok(new_password::show_once_at(&services, &link, password, &to))
        }
        Err(error) => {
            let mistakes = mistakes(error)?;
            let form = form(&viewer, &link, (offer, assets)).with(Typed::sent(&fields), mistakes);
            Ok(show(StatusCode::UNPROCESSABLE_ENTITY, &viewer, &link, form, &fields))
        }
    }
}

async fn update(
    services: &Services,
    viewer: &Viewer,
    (link, offer): (&Link, &Offer),
    fields: &Fields,
    password: Option<String>,
) -> Result<Link, MutationError> {
    let zone = viewer.workspace.zone();
    // The times that the form showed come back with it: the link may have been changed since.
    let shown = Typed {
        starts_at: fields.text("shownStartsAt").to_owned(),
        expires_at: fields.text("shownExpiresAt").to_owned(),
        ..Typed::default()
    };
    let known = Known { zone, offer, before: Some(shown), password };
    let mut input = link_form::input(&Typed::sent(fields), known).map_err(MutationError::User)?;
    if link.kind == domain::LinkKind::Download {
        // It always hands out the original, and nothing else.
        input.allow_original = domain::settings::Change::Keep;
    }
    links::update_link(services, viewer, Some(link.id), input).await
}

fn form(viewer: &Viewer, link: &Link, offer: (Offer, usize)) -> LinkForm {
    let zone = viewer.workspace.zone();
    LinkForm::of_link(link, offer, zone, default_link_name(link.created_at, zone))
}

fn show(status: StatusCode, viewer: &Viewer, link: &Link, form: LinkForm, fields: &Fields) -> HttpResponse {
    let zone = viewer.workspace.zone();
    let present = Typed::of_link(link, zone);
    let shown = |name: &str, present: String| if fields.has(name) { fields.text(name).to_owned() } else { present };
    let page = EditLinkPage {
        frame: Frame::new(viewer, Section::Links),
        id: link.id.node_id(),
        name: link.settings.name.clone(),
        to: own_path(fields.text("to")).unwrap_or("/links").to_owned(),
        shown_starts_at: shown("shownStartsAt", present.starts_at),
        shown_expires_at: shown("shownExpiresAt", present.expires_at),
        form,
        form_id: form_id(),
    };
    templates::scripted_page(HttpResponse::build(status), &page)
}
