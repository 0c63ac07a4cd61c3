//! The form that asks for the password of a public link.

use super::{
    PageError,
    link_path::LinkPath,
    templates::{self, Frames, Unlock as UnlockPage},
};
use actix_web::{HttpResponse, HttpResponseBuilder};
use app::visitor::Visit;
use domain::access::Refusal;

/// The message after a wrong password.
pub(super) const WRONG_PASSWORD: &str = "That is not the password. Try again.";

/// The message for a visitor whose browser has not kept the cookie of the right password.
const BLOCKED: &str = "Your browser keeps nothing for this page inside another site. Open the link in a new tab.";

/// The query of the page for frames to which the right password leads. If the page still asks for the password, the
/// browser has not kept its cookie.
pub(super) const UNLOCKED: &str = "unlocked";

/// The answer to a visitor who is refused the page: the form, if only the password is missing.
pub(super) fn refuse(
    refusal: Refusal,
    visit: &Visit<'_>,
    path: LinkPath<'_>,
    query: &str,
) -> Result<HttpResponse, PageError> {
    match refusal {
        Refusal::NotFound => Err(PageError::NotFound),
        // A locked page tells nothing, not even a name.
        Refusal::Locked => {
            let is_blocked = path.embedded && query == UNLOCKED;
            Ok(show(HttpResponse::Ok(), visit, path, is_blocked.then(|| BLOCKED.to_owned())))
        }
    }
}

/// Shows the form.
pub(super) fn show(
    response: HttpResponseBuilder,
    visit: &Visit<'_>,
    path: LinkPath<'_>,
    error: Option<String>,
) -> HttpResponse {
    let page_url = path.embedded.then(|| path.page());
    let form = UnlockPage { action: path.unlock(), error, page_url };
    templates::page_in(Frames::of(path.embedded, visit), response, &form, None)
}
