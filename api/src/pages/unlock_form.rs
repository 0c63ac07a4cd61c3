//! The form that asks for the password of a public link.

use super::{
    PageError,
    fields::Fields,
    link_path::LinkPath,
    templates::{self, Frames, Unlock as UnlockPage},
    texts::{LANGUAGE_PARAMETER, Texts, language_links},
};
use actix_web::{HttpResponse, HttpResponseBuilder};
use app::visitor::Visit;
use domain::access::Refusal;

/// The query of the page for frames to which the right password leads. If the page still asks for the password, the
/// browser has not kept its cookie.
pub(super) const UNLOCKED: &str = "unlocked";

/// The answer to a visitor who is refused the page: the form, if only the password is missing.
pub(super) fn refuse(
    refusal: Refusal,
    visit: &Visit<'_>,
    path: LinkPath<'_>,
    (query, texts): (&str, Texts),
) -> Result<HttpResponse, PageError> {
    match refusal {
        Refusal::NotFound | Refusal::UsedUp => Err(refusal.into()),
        // A locked page tells nothing, not even a name.
        Refusal::Locked => {
            let is_blocked = path.embedded && Fields::of_query(query).has(UNLOCKED);
            Ok(show(HttpResponse::Ok(), visit, path, (query, texts), is_blocked.then(|| texts.password_blocked())))
        }
    }
}

/// Shows the form.
pub(super) fn show(
    response: HttpResponseBuilder,
    visit: &Visit<'_>,
    path: LinkPath<'_>,
    (query, texts): (&str, Texts),
    error: Option<String>,
) -> HttpResponse {
    let page_url = path.embedded.then(|| path.page());
    let languages = language_links(texts, &path.here(), query);
    let action = kept_language(path, (query, texts), path.unlock());
    let form = UnlockPage { texts, languages, action, error, page_url };
    templates::page_in(Frames::of(path.embedded, visit), response, &form, None)
}

/// An address that leads from this page, which keeps the language if the page is in a frame: browsers may keep no cookie
/// there.
pub(super) fn kept_language(path: LinkPath<'_>, (query, texts): (&str, Texts), url: String) -> String {
    let is_kept = path.embedded && Fields::of_query(query).has(LANGUAGE_PARAMETER);
    if is_kept { format!("{url}&{LANGUAGE_PARAMETER}={}", texts.tag()) } else { url }
}
