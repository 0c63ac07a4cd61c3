//! `/s/{token}/unlock`: takes the password of a public link.

use super::{
    PageError,
    fields::Fields,
    forms::PasswordForm,
    link_path::LinkPath,
    open_link::open,
    texts::Texts,
    unlock_form::{self, UNLOCKED, kept_language},
};
use crate::http::{remember_unlocked, require_same_origin};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use app::{
    Services,
    visitor::{RequestedFile, Unlock},
};
use domain::{
    LinkKind,
    access::{Refusal, Resource},
};

/// Checks the password, and sends the visitor back to the page.
pub(super) async fn unlock(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
    form: web::Form<PasswordForm>,
) -> Result<HttpResponse, PageError> {
    require_same_origin(&request, &services)?;
    let texts = Texts::of(&request);
    let query = request.query_string();
    let path = LinkPath { token: &token, embedded: Fields::of_query(query).has("embed") };
    let visit = open(&request, &services, (&token, LinkKind::Public), RequestedFile::default()).await?;
    if visit.decide(Resource::Page) == Err(Refusal::NotFound) {
        return Err(PageError::NotFound);
    }
    match visit.unlock(&form.password).await? {
        Unlock::Unlocked(unlocked) => {
            let mut response = HttpResponse::SeeOther();
            remember_unlocked(&mut response, &services, unlocked, &path.page(), path.embedded);
            let unlocked = if path.embedded {
                kept_language(path, (query, texts), format!("{}?{UNLOCKED}", path.here()))
            } else {
                path.here()
            };
            Ok(response.insert_header((header::LOCATION, unlocked)).finish())
        }
        Unlock::WrongPassword => {
            let response = HttpResponse::build(StatusCode::FORBIDDEN);
            Ok(unlock_form::show(response, &visit, path, (query, texts), Some(texts.password_wrong())))
        }
        // An error page is shown in no frame; the form is.
        Unlock::TooManyAttempts(wait) if path.embedded => {
            let mut response = HttpResponse::TooManyRequests();
            response.insert_header((header::RETRY_AFTER, app::seconds(wait)));
            let error = texts.password_too_many(Texts::wait(wait));
            Ok(unlock_form::show(response, &visit, path, (query, texts), Some(error)))
        }
        Unlock::TooManyAttempts(wait) => Err(PageError::TooManyGuesses(wait)),
    }
}
