//! The form that asks for the password of a public link.

use super::{
    PageError,
    link_path::LinkPath,
    templates::{self, Unlock as UnlockPage},
};
use actix_web::{HttpResponse, HttpResponseBuilder};
use domain::access::Refusal;

/// The message after a wrong password.
pub(super) const WRONG_PASSWORD: &str = "That is not the password. Try again.";

/// The answer to a visitor who is refused the page: the form, if only the password is missing.
pub(super) fn refuse(refusal: Refusal, path: LinkPath<'_>) -> Result<HttpResponse, PageError> {
    match refusal {
        Refusal::NotFound => Err(PageError::NotFound),
        // A locked page tells nothing, not even a name.
        Refusal::Locked => Ok(show(HttpResponse::Ok(), path, None)),
    }
}

/// Shows the form.
pub(super) fn show(response: HttpResponseBuilder, path: LinkPath<'_>, error: Option<String>) -> HttpResponse {
    templates::page_or_embedded(path.embedded, response, &UnlockPage { action: path.unlock(), error })
}
