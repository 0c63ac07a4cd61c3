//! Who asks for a page of the workspace: a signed-in user, or somebody who is sent to sign in first.

use super::{Fields, own_path};
use crate::{
    http::{client_address, require_same_origin, session_viewer},
    pages::{PageError, forms},
};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::{Payload, UrlEncoded},
    http::{Method, Uri, header::REFERER},
    web,
};
use app::{Services, Viewer};
use futures::{FutureExt, future::LocalBoxFuture};
use schema::replica::UserVersion;

/// The largest form in bytes, without the ids of selected assets: the description of an asset comes twice, and a character
/// takes up to twelve bytes.
const MAX_FORM: usize = 320 * 1024;

/// The bytes that the id of a selected asset takes in a form.
const PER_ASSET: usize = 40;

/// What a page costs its user, in the measure of the API: about as much as a list of a hundred nodes with a total.
const PAGE_COST: u64 = 200;

/// What a form costs its user: as much as setting a password.
const FORM_COST: u64 = 500;

/// The user who is signed in. A handler with this argument is for signed-in users only.
pub(super) struct SignedIn(pub(super) Viewer);

/// A form that a signed-in user sent from one of our own pages.
pub(super) struct Posted {
    pub(super) viewer: Viewer,
    pub(super) fields: Fields,
}

impl FromRequest for SignedIn {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move { Ok(Self(viewer(&request, services(&request)?, PAGE_COST).await?)) }.boxed_local()
    }
}

impl FromRequest for Posted {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        async move {
            let services = services(&request)?;
            require_same_origin(&request, services)?;
            let viewer = viewer_who_changes(&request, services).await?;
            let limit = MAX_FORM + PER_ASSET * services.max_share;
            let fields = UrlEncoded::new(&request, &mut payload).limit(limit).await.map_err(|e| forms::refuse(&e))?;
            Ok(Self { viewer, fields: Fields::new(fields) })
        }
        .boxed_local()
    }
}

pub(super) fn services(request: &HttpRequest) -> Result<&Services, PageError> {
    let services = request.app_data::<web::Data<Services>>();
    services.map(|services| &***services).ok_or_else(|| PageError::Internal("there are no services".to_owned()))
}

/// The viewer of a page that also has something for those who are not signed in; charged as all pages.
pub(super) async fn viewer_of_page(request: &HttpRequest, services: &Services) -> Result<Option<Viewer>, PageError> {
    charged(request, services, PAGE_COST).await
}

/// The viewer of a page or a form of this cost.
pub(super) async fn viewer(request: &HttpRequest, services: &Services, cost: u64) -> Result<Viewer, PageError> {
    charged(request, services, cost).await?.ok_or_else(|| PageError::SignInFirst(wanted(request)))
}

/// The viewer of a form. What is read for them after their change is read on the primary.
pub(super) async fn viewer_who_changes(request: &HttpRequest, services: &Services) -> Result<Viewer, PageError> {
    Ok(Viewer { version: UserVersion::UNKNOWN, ..viewer(request, services, FORM_COST).await? })
}

/// The viewer, who is charged for the page as for a request to the API.
async fn charged(request: &HttpRequest, services: &Services, cost: u64) -> Result<Option<Viewer>, PageError> {
    let Some(viewer) = session_viewer(request, services).await? else { return Ok(None) };
    // For the frame around a refusal.
    request.extensions_mut().insert(viewer.clone());
    services.charge_page(&viewer, client_address(request), cost)?;
    Ok(Some(viewer))
}

/// The page to which the user returns after they have signed in: the one that they asked for, or the one with the form.
fn wanted(request: &HttpRequest) -> String {
    let path = if request.method() == Method::GET || request.method() == Method::HEAD {
        request.uri().path_and_query().map(ToString::to_string)
    } else {
        let page = request.headers().get(REFERER).and_then(|page| page.to_str().ok());
        page.and_then(|page| page.parse::<Uri>().ok()).and_then(|page| page.path_and_query().map(ToString::to_string))
    };
    path.as_deref().and_then(own_path).unwrap_or("/library").to_owned()
}
