//! `/a/{number}/public-link` and `/a/{number}/download-link`: the windows that make a link to an asset.

use super::{
    Fields, Frame, Posted, Section, SignedIn, asset_path,
    errors::mistakes,
    link_form::LinkForm,
    link_input::{self, Known},
    new_password::{self, form_id},
    templates::NewLinkPage,
    typed::Typed,
};
use crate::pages::{PageError, templates};
use actix_web::{HttpResponse, http::StatusCode, web};
use app::{
    MutationError, Services, Viewer,
    assets::{self, OpenedAsset},
    idempotency::Key,
    links,
    offers::{self, AssetOffer, why_not_shareable},
};
use domain::{LinkKind, name::default_link_name, node_id::NodeId, sharing::Offer};
use schema::links::Link;

/// The window that makes a link of a kind.
pub(super) async fn page(
    SignedIn(viewer): SignedIn,
    services: web::Data<Services>,
    number: web::Path<String>,
    kind: LinkKind,
) -> Result<HttpResponse, PageError> {
    let window = Window::open(&services, &viewer, &number, kind).await?;
    Ok(window.show(StatusCode::OK, &viewer, |form| form))
}

/// Makes the link, and leads to it.
pub(super) async fn create(
    posted: Posted,
    services: web::Data<Services>,
    number: web::Path<String>,
    kind: LinkKind,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let window = Window::open(&services, &viewer, &number, kind).await?;
    let password = new_password::chosen(&services, &viewer, &fields);
    match window.make(&services, &viewer, &fields, password.clone()).await {
        Ok(link) => {
            let to = format!("/links/{}?new&to={}", link.id.node_id(), window.asset_path(&viewer));
            Ok(new_password::show_at(&services, &viewer, (&link, password), &to))
        }
        Err(error) => {
            let mistakes = mistakes(error)?;
            let sent = Typed::sent(&fields);
            Ok(window.show(StatusCode::UNPROCESSABLE_ENTITY, &viewer, |form| form.with(sent, mistakes)))
        }
    }
}

/// An asset that the viewer may link to, and what links to it can offer.
struct Window {
    opened: OpenedAsset,
    kind: LinkKind,
    offer: Offer,
    default_name: String,
}

impl Window {
    async fn open(services: &Services, viewer: &Viewer, number: &str, kind: LinkKind) -> Result<Self, PageError> {
        let opened = assets::open_by_number(services, viewer, number).await?;
        let AssetOffer { not_shareable, public, may_create_download_link } =
            offers::of_asset(services, viewer, opened.asset.id).await?;
        if let Some(reason) = not_shareable {
            return Err(PageError::Refused(why_not_shareable(reason).to_owned()));
        }
        let offer = match kind {
            LinkKind::Public => public,
            LinkKind::Download if may_create_download_link => Offer::original_only(),
            LinkKind::Download => {
                return Err(PageError::Refused(
                    "A download link needs an original that is available, and that you may hand out.".to_owned(),
                ));
            }
        };
        let default_name = default_link_name(services.now(), viewer.workspace.zone());
        Ok(Self { opened, kind, offer, default_name })
    }

    fn asset_path(&self, viewer: &Viewer) -> String {
        asset_path(viewer, &self.opened.asset)
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
        let known = Known { zone, now, offer: &self.offer, before: None, password };
        let input = link_input::input(&Typed::sent(fields), known).map_err(MutationError::User)?;
        let asset = Some(self.opened.asset.id);
        match self.kind {
            LinkKind::Public => links::create_public_link(services, viewer, asset, input, Some(&key)).await,
            LinkKind::Download => links::create_download_link(services, viewer, asset, input, Some(&key)).await,
        }
    }

    fn show(&self, status: StatusCode, viewer: &Viewer, fill: impl FnOnce(LinkForm) -> LinkForm) -> HttpResponse {
        let form =
            LinkForm::new(self.kind, (self.offer.clone(), 1), viewer.workspace.zone(), self.default_name.clone());
        let page = NewLinkPage {
            frame: Frame::new(viewer, Section::Library),
            asset_path: self.asset_path(viewer),
            asset_title: self.opened.asset.title.clone(),
            form: fill(form),
            form_id: form_id(),
        };
        templates::scripted_page(HttpResponse::build(status), &page)
    }
}
