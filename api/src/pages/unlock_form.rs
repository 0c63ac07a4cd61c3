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

/// The page that asks for the password, and to which the right one leads back: that of the link or of one of its assets,
/// with the order, the search and whatever else its address says.
pub(super) struct Asked<'a> {
    pub(super) path: LinkPath<'a>,
    pub(super) page: String,
    pub(super) query: String,
}

impl<'a> Asked<'a> {
    /// The page that a form names. Forms that name none, or one that is no page of this link, lead to that of the link.
    pub(super) fn of_form(path: LinkPath<'a>, (back, query): (&str, &str)) -> Self {
        let (page, rest) = back.split_once('?').unwrap_or((back, ""));
        if path.has_page(page) {
            // Written anew, so that it is nothing but a query.
            return Self {
                path,
                page: page.to_owned(),
                query: Fields::of_query(rest).to_query(|name| name != UNLOCKED),
            };
        }
        let language = Fields::of_query(query).to_query(|name| name == LANGUAGE_PARAMETER);
        Self { path, page: path.here(), query: language }
    }

    /// The address of the page.
    fn url(&self) -> String {
        if self.query.is_empty() { self.page.clone() } else { format!("{}?{}", self.page, self.query) }
    }

    /// Where the right password leads. In a frame, the page is told that it was given.
    pub(super) fn unlocked(&self) -> String {
        match (self.path.embedded, self.query.as_str()) {
            (false, _) => self.url(),
            (true, "") => format!("{}?{UNLOCKED}", self.page),
            (true, query) => format!("{}?{UNLOCKED}&{query}", self.page),
        }
    }
}

/// The answer to a visitor who is refused the page: the form, if only the password is missing.
pub(super) fn refuse(
    refusal: Refusal,
    visit: &Visit<'_>,
    asked: &Asked<'_>,
    texts: Texts,
) -> Result<HttpResponse, PageError> {
    match refusal {
        Refusal::NotFound | Refusal::UsedUp => Err(refusal.into()),
        // A locked page tells nothing, not even a name.
        Refusal::Locked => {
            let is_blocked = asked.path.embedded && Fields::of_query(&asked.query).has(UNLOCKED);
            Ok(show(HttpResponse::Ok(), visit, asked, texts, is_blocked.then(|| texts.password_blocked())))
        }
    }
}

/// Shows the form.
pub(super) fn show(
    response: HttpResponseBuilder,
    visit: &Visit<'_>,
    asked: &Asked<'_>,
    texts: Texts,
    error: Option<String>,
) -> HttpResponse {
    let Asked { path, page, query } = asked;
    let page_url = path.embedded.then(|| path.page());
    let languages = language_links(texts, page, query);
    let (action, back) = (action(*path, query, texts), Some(asked.url()));
    let form = UnlockPage { texts, languages, action, back, error, page_url };
    templates::page_in(Frames::of(path.embedded, visit), response, &form, None)
}

/// Where the form is sent. In a frame, its address keeps the language: browsers may keep no cookie there.
fn action(path: LinkPath<'_>, query: &str, texts: Texts) -> String {
    let is_kept = path.embedded && Fields::of_query(query).has(LANGUAGE_PARAMETER);
    if is_kept { format!("{}&{LANGUAGE_PARAMETER}={}", path.unlock(), texts.tag()) } else { path.unlock() }
}
