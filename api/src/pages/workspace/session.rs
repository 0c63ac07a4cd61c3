//! Who asks for a page of the workspace: a signed-in user, or somebody who is sent to sign in first.

use super::{Fields, own_path};
use crate::{
    http::{require_same_origin, session_viewer},
    pages::{PageError, forms},
};
use actix_web::{
    FromRequest, HttpRequest,
    dev::{Payload, UrlEncoded},
    http::{Method, Uri, header::REFERER},
    web,
};
use app::{Services, Viewer};
use futures::{FutureExt, future::LocalBoxFuture};

/// The largest form in bytes. A form carries the id of each selected asset, and at most ten thousand are shared at once.
const MAX_FORM: usize = 1024 * 1024;

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
        async move { Ok(Self(viewer(&request, services(&request)?).await?)) }.boxed_local()
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
            let viewer = viewer(&request, services).await?;
            let fields =
                UrlEncoded::new(&request, &mut payload).limit(MAX_FORM).await.map_err(|e| forms::refuse(&e))?;
            Ok(Self { viewer, fields: Fields::new(fields) })
        }
        .boxed_local()
    }
}

fn services(request: &HttpRequest) -> Result<&Services, PageError> {
    let services = request.app_data::<web::Data<Services>>();
    services.map(|services| &***services).ok_or_else(|| PageError::Internal("there are no services".to_owned()))
}

async fn viewer(request: &HttpRequest, services: &Services) -> Result<Viewer, PageError> {
    session_viewer(request, services).await?.ok_or_else(|| PageError::SignInFirst(wanted(request)))
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
