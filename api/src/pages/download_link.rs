//! `/d/{token}`: a download link.

use super::{PageError, forms::PasswordForm, link_page::send};
use super::{
    views::{self, Unlock as UnlockPage},
    visit::{Asked, FileName, Unlock, Visit, charge_misses},
};
use crate::http::require_same_origin;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode, header},
    middleware::from_fn,
    web,
};
use app::Services;
use domain::{LinkKind, access::Refusal};

pub(super) fn configure(app: &mut web::ServiceConfig) {
    app.service(
        web::resource("/d/{token}")
            .wrap(from_fn(charge_misses))
            .route(web::get().to(download))
            .route(web::head().to(download))
            .route(web::post().to(unlock)),
    );
}

async fn download(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let visit = Visit::begin(&request, &services, &token, LinkKind::Download, Asked::default()).await?;
    match send(&visit, FileName::Original).await {
        Err(PageError::Locked) if request.method() == Method::GET => Ok(form(StatusCode::UNAUTHORIZED, &token, None)),
        answer => answer,
    }
}

async fn unlock(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
    password: web::Form<PasswordForm>,
) -> Result<HttpResponse, PageError> {
    require_same_origin(&request, &services)?;
    let visit = Visit::begin(&request, &services, &token, LinkKind::Download, Asked::default()).await?;
    if visit.decide_download(FileName::Original) == Err(Refusal::NotFound) {
        return Err(PageError::NotFound);
    }
    match visit.try_password(&password.password).await? {
        Unlock::Open => {
            let path = format!("/d/{token}");
            let mut response = HttpResponse::SeeOther();
            visit.remember_visitor(&mut response, path.clone());
            Ok(response.insert_header((header::LOCATION, path)).finish())
        }
        Unlock::Wrong => {
            Ok(form(StatusCode::FORBIDDEN, &token, Some("That is not the password. Try again.".to_owned())))
        }
        Unlock::TooMany(wait) => Err(PageError::TooManyGuesses(wait)),
    }
}

fn form(status: StatusCode, token: &str, error: Option<String>) -> HttpResponse {
    views::page(HttpResponse::build(status), &UnlockPage { action: format!("/d/{token}"), error })
}
