//! `/library/share` and `/library/link`: one link for all selected assets.

use super::{
    Fields, Frame, Posted, Section, SignedIn,
    covers::covers,
    errors::{Mistakes, mistakes},
    left_out::left_out,
    library,
    link_form::LinkForm,
    link_input::{self, Known},
    new_password::{self, form_id},
    selection::Selection,
    templates::SharePage,
    typed::Typed,
};
use crate::pages::{PageError, redirect::see_other, templates};
use actix_web::{HttpResponse, http::StatusCode, web};
use app::{
    MutationError, Services, UserError, Viewer,
    idempotency::Key,
    offers::{self, Decided},
    share::{self, ShareInput, ShareOutcome},
};
use domain::{
    LinkKind,
    name::{self, default_collection_name, default_link_name},
    node_id::NodeId,
};
use schema::links::Link;

/// The window without a form that was sent: there is nothing selected.
pub(super) async fn nothing(_: SignedIn) -> HttpResponse {
    see_other("/library")
}

/// The window that makes a link for the selected assets.
pub(super) async fn window(posted: Posted, services: web::Data<Services>) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let selection = Selection::of(&fields, &services)?;
    if selection.is_empty() {
        return library::show(&services, &viewer, &fields, Some("Tick at least one asset first.")).await;
    }
    let decided = decide(&services, &viewer, &selection).await?;
    show(&services, &viewer, (&selection, decided), StatusCode::OK, |form| form, "").await
}

/// Makes the collection and the link, and leads to the link.
pub(super) async fn create(posted: Posted, services: web::Data<Services>) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let selection = Selection::of(&fields, &services)?;
    let decided = decide(&services, &viewer, &selection).await?;
    let password = new_password::chosen(&services, &viewer, &fields);
    match make(&services, &viewer, &fields, (&selection, &decided), password.clone()).await {
        Ok(link) => {
            let to = format!("/links/{}?new&shared&to=%2Flibrary", link.id.node_id());
            Ok(new_password::show_at(&services, &viewer, (&link, password), &to))
        }
        Err(error) => {
            let mistakes: Mistakes = mistakes(error)?;
            let fill = |form: LinkForm| form.with(Typed::sent(&fields), mistakes);
            let (status, name) = (StatusCode::UNPROCESSABLE_ENTITY, fields.text("collectionName"));
            show(&services, &viewer, (&selection, decided), status, fill, name).await
        }
    }
}

async fn decide(services: &Services, viewer: &Viewer, selection: &Selection) -> Result<Decided, PageError> {
    Ok(offers::decide(&mut *services.pool.get().await?, viewer, &selection.requested()).await?)
}

async fn make(
    services: &Services,
    viewer: &Viewer,
    fields: &Fields,
    (selection, decided): (&Selection, &Decided),
    password: Option<String>,
) -> Result<Link, MutationError> {
    let key = Key::parse(services, fields.text("form"), &fields.without("form"))?;
    let typed_name = fields.text("collectionName").trim();
    let name = if typed_name.is_empty() { fields.text("defaultCollectionName") } else { typed_name };
    let (zone, now) = (viewer.workspace.zone(), services.now());
    let known = Known { zone, now, offer: &decided.offer, before: None, password };
    let mut typed = Typed::sent(fields);
    if !typed_name.is_empty() {
        typed_name.clone_into(&mut typed.default_name);
    }
    let settings = link_input::input(&typed, known).map_err(|mut errors| {
        let refused = Some(name).filter(|name| !name.is_empty()).and_then(|name| name::parse(name).err());
        errors.extend(refused.map(|error| UserError::invalid_name("collectionName", error)));
        MutationError::User(errors)
    })?;
    let input = ShareInput {
        assets: selection.requested(),
        collection_name: Some(name).filter(|name| !name.is_empty()),
        settings,
        key: Some(key),
    };
    let ShareOutcome { link, collection: _, count: _, refusal } = share::share_assets(services, viewer, input).await?;
    link.ok_or_else(|| refusal.map_or_else(|| app::Error::NotFound.into(), MutationError::from))
}

async fn show(
    services: &Services,
    viewer: &Viewer,
    (selection, decided): (&Selection, Decided),
    status: StatusCode,
    fill: impl FnOnce(LinkForm) -> LinkForm,
    collection_name: &str,
) -> Result<HttpResponse, PageError> {
    let (now, zone, shareable) = (services.now(), viewer.workspace.zone(), decided.shared.len());
    let left_out = left_out(services, viewer, &decided.skipped).await?;
    let covers = covers(services, viewer, &decided.offer, None).await?;
    let form = LinkForm::new(LinkKind::Public, (decided.offer, shareable), zone, default_link_name(now, zone));
    let page = SharePage {
        frame: Frame::new(viewer, Section::Library),
        requested: selection.len(),
        shareable,
        left_out,
        assets: selection.ids().to_vec(),
        collection_name: collection_name.to_owned(),
        default_collection_name: default_collection_name(now, zone),
        form: fill(form.of_collection(covers).named_like_collection()),
        form_id: form_id(),
    };
    Ok(templates::scripted_page(HttpResponse::build(status), &page))
}
