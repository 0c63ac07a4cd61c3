//! `/collections/{id}/public-link`: the window that makes a link to a collection that there is already.

use super::{
    Fields, Frame, Posted, Section, SignedIn,
    covers::covers,
    errors::mistakes,
    left_out::left_out,
    link_form::LinkForm,
    link_input::{self, Known},
    new_password::{self, form_id},
    templates::CollectionLinkPage,
    typed::Typed,
};
use crate::pages::{PageError, templates};
use actix_web::{HttpResponse, http::StatusCode, web};
use app::{
    MutationError, Services, Viewer, collections,
    idempotency::Key,
    links,
    offers::{self, Decided, Requested},
};
use domain::{CollectionId, LinkKind, name::default_link_name, node_id::NodeId};
use schema::{collections::Collection, links::Link};

/// The window.
pub(super) async fn page(
    SignedIn(viewer): SignedIn,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    Window::open(&services, &viewer, &id).await?.show(&services, &viewer, StatusCode::OK, |form| form).await
}

/// Makes the link, and leads to it.
pub(super) async fn create(
    posted: Posted,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let window = Window::open(&services, &viewer, &id).await?;
    let password = new_password::chosen(&services, &viewer, &fields);
    match window.make(&services, &viewer, &fields, password.clone()).await {
        Ok(link) => {
            let to = format!("/library?collection={}", window.collection.id.node_id());
            let to = format!("/links/{}?new&to={}", link.id.node_id(), super::encoded(&to));
            Ok(new_password::show_at(&services, &viewer, (&link, password), &to))
        }
        Err(error) => {
            let mistakes = mistakes(error)?;
            let fill = |form: LinkForm| form.with(Typed::sent(&fields), mistakes);
            window.show(&services, &viewer, StatusCode::UNPROCESSABLE_ENTITY, fill).await
        }
    }
}

/// A collection that the viewer may see, and what of it they may share.
struct Window {
    collection: Collection,
    requested: usize,
    decided: Decided,
}

impl Window {
    async fn open(services: &Services, viewer: &Viewer, id: &str) -> Result<Self, PageError> {
        let id = CollectionId::from_node_id(id).ok_or(PageError::NotFound)?;
        let mut conn = services.pool.get().await?;
        let collection = collections::find(&mut conn, viewer, id).await?.ok_or(PageError::NotFound)?;
        let members = Requested::members(&mut conn, collection.id).await?;
        let decided = offers::decide(&mut conn, viewer, &members).await?;
        Ok(Self { collection, requested: members.len(), decided })
    }

    async fn make(
        &self,
        services: &Services,
        viewer: &Viewer,
        fields: &Fields,
        password: Option<String>,
    ) -> Result<Link, MutationError> {
        let key = Key::parse(services, fields.text("form"), &fields.without("form"))?;
        let (zone, now) = (viewer.workspace.zone(), services.now());
        let known = Known { zone, now, offer: &self.decided.offer, before: None, password };
        let input = link_input::input(&Typed::sent(fields), known).map_err(MutationError::User)?;
        links::create_collection_link(services, viewer, Some(self.collection.id), input, Some(&key)).await
    }

    async fn show(
        self,
        services: &Services,
        viewer: &Viewer,
        status: StatusCode,
        fill: impl FnOnce(LinkForm) -> LinkForm,
    ) -> Result<HttpResponse, PageError> {
        let (zone, shareable) = (viewer.workspace.zone(), self.decided.shared.len());
        let default_name = default_link_name(services.now(), zone);
        let covers = covers(services, viewer, &self.decided.offer, None).await?;
        let form = LinkForm::new(LinkKind::Public, (self.decided.offer, shareable), zone, default_name);
        let page = CollectionLinkPage {
            frame: Frame::new(viewer, Section::Library),
            id: self.collection.id.node_id(),
            name: self.collection.name,
            requested: self.requested,
            shareable,
            left_out: left_out(services, viewer, &self.decided.skipped).await?,
            form: fill(form.of_collection(covers)),
            form_id: form_id(),
        };
        Ok(templates::scripted_page(HttpResponse::build(status), &page))
    }
}
