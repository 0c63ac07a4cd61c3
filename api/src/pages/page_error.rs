//! Refusals and errors of pages and downloads: each becomes a status and a page here, and nowhere else.

use super::{
    link_path::LinkPath,
    templates::{self, Frames},
    texts::Texts,
    workspace::sign_in_path,
};
use crate::http::OtherOrigin;
use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use app::{archive::ArchiveError, covers::CoverError, visitor::VisitError};
use domain::access::Refusal;
use std::{fmt, time::Duration};
use storage::StorageError;

/// Why a page is refused, or cannot be shown.
#[derive(Debug)]
pub(super) enum PageError {
    /// There is nothing for this visitor. The answer is always the same.
    NotFound,
    /// The page is for signed-in users; the path to which they return after they have signed in.
    SignInFirst(String),
    /// The signed-in user may see the thing, but may not do this with it; why.
    Refused(String),
    /// The password is missing.
    Locked,
    /// No download of the link is left; its page to go back to.
    UsedUp(Option<String>),
    /// Nothing that an archive was asked to contain is there; the page to go back to, if it is known.
    NothingToArchive(Option<String>),
    /// The signature in the URL of a file is wrong, or has ended.
    NotSigned,
    /// A preview bot asked for a download that is counted.
    NotForBots,
    /// A browser asked ahead for a download that is counted.
    NotAhead,
    /// The link has no search by person, or not any more; its page to go back to, if it is known.
    NoPersonSearch(Option<String>),
    /// The face that a visitor searches for cannot be opened any more; the page to search again, if it is known.
    SearchEnded(Option<String>),
    /// The form did not arrive in time.
    TooSlow,
    /// A page of another site sent the form.
    OtherOrigin(OtherOrigin),
    /// The body is not the form that the page sends, or is too long.
    BadForm(StatusCode),
    /// Too many attempts; how long to wait.
    TooMany(Duration),
    /// Too many wrong passwords, of this visitor or of others; how long to wait.
    TooManyGuesses(Duration),
    /// A part of the server does not answer for the moment.
    Unavailable(String),
    /// A file is missing from the storage: it was replaced in this instant, or it is lost.
    Missing,
    /// A fault of ours. The text is for the log.
    Internal(String),
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::NothingToArchive(_) | Self::NoPersonSearch(_) => StatusCode::NOT_FOUND,
            Self::SignInFirst(_) => StatusCode::SEE_OTHER,
            Self::Locked => StatusCode::UNAUTHORIZED,
            Self::SearchEnded(_) => StatusCode::GONE,
            Self::NotSigned | Self::NotForBots | Self::UsedUp(_) | Self::Refused(_) | Self::OtherOrigin(_) => {
                StatusCode::FORBIDDEN
            }
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::BadForm(status) => *status,
            Self::TooMany(_) | Self::TooManyGuesses(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) | Self::NotAhead => StatusCode::SERVICE_UNAVAILABLE,
            Self::Missing | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        self.log();
        self.page(Texts::english())
    }
}

impl PageError {
    /// The page that says it, in a language.
    pub(super) fn page(&self, texts: Texts) -> HttpResponse {
        let (heading, text) = self.message(texts);
        let mut response = HttpResponse::build(self.status_code());
        let wait = match self {
            Self::TooMany(wait) | Self::TooManyGuesses(wait) => Some(app::seconds(*wait)),
            Self::Unavailable(_) => Some(2),
            Self::NotFound
            | Self::SignInFirst(_)
            | Self::Refused(_)
            | Self::Locked
            | Self::UsedUp(_)
            | Self::NothingToArchive(_)
            | Self::NotSigned
            | Self::NotForBots
            | Self::NotAhead
            | Self::NoPersonSearch(_)
            | Self::SearchEnded(_)
            | Self::TooSlow
            | Self::OtherOrigin(_)
            | Self::BadForm(_)
            | Self::Missing
            | Self::Internal(_) => None,
        };
        if let Some(seconds) = wait {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        response.insert_header((header::CONTENT_LANGUAGE, texts.tag()));
        if let Self::SignInFirst(to) = self {
            response.insert_header((header::LOCATION, sign_in_path(to)));
        }
        let back = match self {
            Self::UsedUp(back)
            | Self::NothingToArchive(back)
            | Self::NoPersonSearch(back)
            | Self::SearchEnded(back) => back.clone(),
            _ => None,
        };
        let message = templates::Message { texts, heading, text, back };
        // A page in a frame leads here, too, and there is nothing to click for which a visitor could be tricked.
        templates::page_in(Frames::of_all_sites(), response, &message, None)
    }

    /// Writes down what an operator has to know of.
    fn log(&self) {
        match self {
            Self::Unavailable(text) => tracing::warn!(error = text, "unavailable"),
            Self::Missing => tracing::error!("a file is missing from storage"),
            Self::Internal(text) => tracing::error!(error = text, "internal error"),
            _ => {}
        }
    }

    /// The same with the page of the link to go back to, where that is still there.
    pub(super) fn with_way_back(self, path: LinkPath<'_>) -> Self {
        match self {
            Self::UsedUp(_) => Self::UsedUp(Some(path.here())),
            Self::NothingToArchive(_) => Self::NothingToArchive(Some(path.here())),
            Self::NoPersonSearch(_) => Self::NoPersonSearch(Some(path.here())),
            Self::SearchEnded(_) => Self::SearchEnded(Some(path.here())),
            error => error,
        }
    }

    /// The heading and the text of the page that says it.
    pub(super) fn message(&self, texts: Texts) -> (String, String) {
        match self {
            Self::NotFound => (texts.error_not_found(), texts.error_not_found_text()),
            Self::SignInFirst(_) => (texts.error_sign_in(), texts.error_sign_in_text()),
            Self::Refused(text) => (texts.error_refused(), text.clone()),
            Self::Locked => (texts.error_locked(), texts.error_locked_text()),
            Self::UsedUp(_) => (texts.downloads_left(0), texts.used_up()),
            Self::NothingToArchive(_) => (texts.error_nothing_to_archive(), texts.error_nothing_to_archive_text()),
            Self::NotSigned => (texts.error_not_signed(), texts.error_not_signed_text()),
            Self::NotForBots => (texts.error_bots(), texts.error_bots_text()),
            Self::NotAhead => (texts.error_ahead(), texts.error_ahead_text()),
            Self::NoPersonSearch(_) => (texts.error_no_person_search(), texts.error_no_person_search_text()),
            Self::SearchEnded(_) => (texts.error_search_ended(), texts.error_search_ended_text()),
            Self::OtherOrigin(origin) => (texts.error_origin(), other_origin(origin, texts)),
            Self::TooSlow => (texts.error_slow(), texts.error_slow_text()),
            Self::BadForm(_) => (texts.error_form(), texts.error_form_text()),
            Self::TooMany(wait) => (texts.error_too_many(), texts.error_too_many_text(Texts::wait(*wait))),
            Self::TooManyGuesses(wait) => (texts.error_too_many(), texts.password_too_many(Texts::wait(*wait))),
            Self::Unavailable(_) => (texts.error_unavailable(), texts.error_unavailable_text()),
            Self::Missing | Self::Internal(_) => (texts.error_fault(), texts.error_fault_text()),
        }
    }
}

/// What is wrong with a form that another site sent, and what to do.
fn other_origin(origin: &OtherOrigin, texts: Texts) -> String {
    let again = texts.send_again();
    match origin {
        OtherOrigin::Unknown => texts.error_origin_unknown(again),
        OtherOrigin::Site(Some(site)) => texts.error_origin_site(site, again),
        OtherOrigin::Site(None) => texts.error_origin_other_site(again),
    }
}

impl From<VisitError> for PageError {
    fn from(error: VisitError) -> Self {
        match error {
            VisitError::NotFound => Self::NotFound,
            VisitError::Locked => Self::Locked,
            VisitError::UsedUp => Self::UsedUp(None),
            VisitError::NothingToArchive => Self::NothingToArchive(None),
            VisitError::NotForBots => Self::NotForBots,
            VisitError::NotAhead => Self::NotAhead,
            VisitError::NoPersonSearch => Self::NoPersonSearch(None),
            VisitError::SearchEnded => Self::SearchEnded(None),
            VisitError::Failed(error) => error.into(),
        }
    }
}

impl From<Refusal> for PageError {
    fn from(refusal: Refusal) -> Self {
        VisitError::from(refusal).into()
    }
}

impl From<ArchiveError> for PageError {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Refused(error) => error.into(),
            ArchiveError::Changed => Self::Missing,
            ArchiveError::Storage(error) => error.into(),
        }
    }
}

impl From<OtherOrigin> for PageError {
    fn from(origin: OtherOrigin) -> Self {
        Self::OtherOrigin(origin)
    }
}

impl From<app::Error> for PageError {
    fn from(error: app::Error) -> Self {
        use app::{Error, MissingPermission};
        let message = error.message();
        match error {
            Error::RateLimited(wait) => Self::TooMany(wait),
            Error::Unavailable(text) => Self::Unavailable(text),
            Error::StorageFull => Self::Unavailable("the storage is full".into()),
            Error::Internal(text) => Self::Internal(text),
            // Everybody may know that there are pages for administrators.
            Error::Forbidden(MissingPermission::Administrator) => Self::Refused(message),
            Error::Unauthenticated
            | Error::TokenEnded
            | Error::Forbidden(_)
            | Error::NotFound
            | Error::BadInput(_)
            | Error::TimedOut(_) => Self::NotFound,
        }
    }
}

impl From<diesel::result::Error> for PageError {
    fn from(error: diesel::result::Error) -> Self {
        app::Error::from(error).into()
    }
}

impl From<schema::PoolError> for PageError {
    fn from(error: schema::PoolError) -> Self {
        app::Error::from(error).into()
    }
}

impl From<CoverError> for PageError {
    fn from(error: CoverError) -> Self {
        match error {
            CoverError::Storage(error) => error.into(),
            CoverError::Failed(error) => error.into(),
        }
    }
}

impl From<StorageError> for PageError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Missing => Self::Missing,
            error => app::Error::from(error).into(),
        }
    }
}
