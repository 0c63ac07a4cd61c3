//! `/links/{id}/edit`: other settings for a link, under its URL.

use super::{
    Fields, Frame, Posted, Section, SignedIn,
    covers::covers,
    errors::mistakes,
    link_form::LinkForm,
    link_input::{self, Before, Known},
    new_password::{self, form_id},
    own_link, own_path,
    templates::EditLinkPage,
    typed::{Shown, Typed},
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
    let form = form(&services, &viewer, &link, offer).await?;
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
            Ok(new_password::show_at(&services, &viewer, (&link, password), &to))
        }
        Err(error) => {
            let mistakes = mistakes(error)?;
            let form = form(&services, &viewer, &link, (offer, assets)).await?;
            let form = form.with(Typed::sent(&fields), mistakes);
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
    let (zone, now) = (viewer.workspace.zone(), services.now());
    let before = Before { shown: Shown::of(fields, link, offer, zone), current: links::current_settings(link) };
    let known = Known { zone, now, offer, before: Some(before), password };
    let mut input = link_input::input(&Typed::sent(fields), known).map_err(MutationError::User)?;
    if link.kind == domain::LinkKind::Download {
        // It always hands out the original, and nothing else.
        input.allow_original = domain::settings::Change::Keep;
    }
    links::update_link(services, viewer, Some(link.id), input).await
}

async fn form(
    services: &Services,
    viewer: &Viewer,
    link: &Link,
    (offer, assets): (Offer, usize),
) -> Result<LinkForm, PageError> {
    let zone = viewer.workspace.zone();
    let covers = match link.collection_id {
        Some(_) => Some(covers(services, viewer, &offer, link.settings.cover_asset_id).await?),
        None => None,
    };
    let form = LinkForm::of_link(link, (offer, assets), zone, default_link_name(link.created_at, zone));
    Ok(match covers {
        Some(covers) => form.of_collection(covers),
        None => form,
    })
}

fn show(status: StatusCode, viewer: &Viewer, link: &Link, form: LinkForm, fields: &Fields) -> HttpResponse {
    let page = EditLinkPage {
        frame: Frame::new(viewer, Section::Links),
        id: link.id.node_id(),
        name: link.settings.name.clone(),
        to: own_path(fields.text("to")).unwrap_or("/links").to_owned(),
        shown: Shown::of(fields, link, &form.offer, viewer.workspace.zone()),
        form,
        form_id: form_id(),
    };
    templates::scripted_page(HttpResponse::build(status), &page)
}
