//! `/d/{token}`: a download link.

use super::{
    PageError, download,
    forms::PasswordForm,
    open_link::open,
    templates::{self, Frames, Unlock as UnlockPage},
    texts::{Texts, language_links},
};
use crate::http::{remember_unlocked, require_same_origin};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode, header},
    web,
};
use app::{
    Services,
    files::FileName,
    visitor::{RequestedFile, Unlock},
};
use domain::{LinkKind, access::Refusal};

/// What a download link is asked for.
const ORIGINAL: RequestedFile = RequestedFile { asset: None, file: Some(FileName::Original) };

/// Sends the original, or shows the form that asks for the password.
pub(super) async fn download(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let visit = open(&request, &services, (&token, LinkKind::Download), ORIGINAL).await?;
    match download::send(&request, &services, &visit, FileName::Original).await {
        Err(PageError::Locked) if request.method() == Method::GET => {
            Ok(form(StatusCode::UNAUTHORIZED, &request, &token, None))
        }
        answer => answer,
    }
}

/// Checks the password, and sends the visitor back to the link.
pub(super) async fn unlock(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
    password: web::Form<PasswordForm>,
) -> Result<HttpResponse, PageError> {
    require_same_origin(&request, &services)?;
    let visit = open(&request, &services, (&token, LinkKind::Download), ORIGINAL).await?;
    if visit.decide_download(FileName::Original) == Err(Refusal::NotFound) {
        return Err(PageError::NotFound);
    }
    match visit.unlock(&password.password).await? {
        Unlock::Unlocked(unlocked) => {
            let mut response = HttpResponse::SeeOther();
            remember_unlocked(&mut response, &services, unlocked, &path(&token), false);
            Ok(response.insert_header((header::LOCATION, path(&token))).finish())
        }
        Unlock::WrongPassword => {
            let error = Texts::of(&request).password_wrong();
            Ok(form(StatusCode::FORBIDDEN, &request, &token, Some(error)))
        }
        Unlock::TooManyAttempts(wait) => Err(PageError::TooManyGuesses(wait)),
    }
}

fn form(status: StatusCode, request: &HttpRequest, token: &str, error: Option<String>) -> HttpResponse {
    let (texts, action) = (Texts::of(request), path(token));
    let languages = language_links(texts, &action, request.query_string());
    let form = UnlockPage { texts, languages, action, back: None, error, page_url: None };
    templates::page_in(Frames::None, HttpResponse::build(status), &form, None)
}

fn path(token: &str) -> String {
    format!("/d/{token}")
}
