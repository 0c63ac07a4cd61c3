//! `/s/{token}/unlock`: takes the password of a public link.

use super::{
    PageError,
    fields::Fields,
    link_path::LinkPath,
    open_link::open,
    texts::Texts,
    unlock_form::{self, Asked},
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
use serde::Deserialize;

/// The form that asks for the password.
#[derive(Deserialize)]
pub(super) struct UnlockForm {
    password: String,
    /// The path and the query of the page that asks.
    #[serde(default)]
    back: String,
}

/// Checks the password, and sends the visitor back to the page that asked for it.
pub(super) async fn unlock(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
    form: web::Form<UnlockForm>,
) -> Result<HttpResponse, PageError> {
    require_same_origin(&request, &services)?;
    let texts = Texts::of(&request);
    let query = request.query_string();
    let path = LinkPath { token: &token, embedded: Fields::of_query(query).has("embed") };
    let visit = open(&request, &services, (&token, LinkKind::Public), RequestedFile::default()).await?;
    if visit.decide(Resource::Page) == Err(Refusal::NotFound) {
        return Err(PageError::NotFound);
    }
    let asked = Asked::of_form(path, (&form.back, query));
    match visit.unlock(&form.password).await? {
        Unlock::Unlocked(unlocked) => {
            let mut response = HttpResponse::SeeOther();
            remember_unlocked(&mut response, &services, unlocked, &path.page(), path.embedded);
            Ok(response.insert_header((header::LOCATION, asked.unlocked())).finish())
        }
        Unlock::WrongPassword => {
            let response = HttpResponse::build(StatusCode::FORBIDDEN);
            Ok(unlock_form::show(response, &visit, &asked, texts, Some(texts.password_wrong())))
        }
        // An error page is shown in no frame; the form is.
        Unlock::TooManyAttempts(wait) if path.embedded => {
            let mut response = HttpResponse::TooManyRequests();
            response.insert_header((header::RETRY_AFTER, app::seconds(wait)));
            let error = texts.password_too_many(Texts::wait(wait));
            Ok(unlock_form::show(response, &visit, &asked, texts, Some(error)))
        }
        Unlock::TooManyAttempts(wait) => Err(PageError::TooManyGuesses(wait)),
    }
}
