//! Refusals and errors of pages and downloads: each becomes a status and a page here, and nowhere else.

use super::{
    templates::{self, Frames},
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
    /// Nothing that an archive was asked to contain is there; the page to go back to, if it is known.
    NothingToArchive(Option<String>),
    /// The signature in the URL of a file is wrong, or has ended.
    NotSigned,
    /// A preview bot asked for a download that is counted.
    NotForBots,
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
            Self::NotFound | Self::NothingToArchive(_) => StatusCode::NOT_FOUND,
            Self::SignInFirst(_) => StatusCode::SEE_OTHER,
            Self::Locked => StatusCode::UNAUTHORIZED,
            Self::NotSigned | Self::NotForBots | Self::Refused(_) | Self::OtherOrigin(_) => StatusCode::FORBIDDEN,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::BadForm(status) => *status,
            Self::TooMany(_) | Self::TooManyGuesses(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Missing | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        self.log();
        let (heading, text) = self.message();
        let mut response = HttpResponse::build(self.status_code());
        let wait = match self {
            Self::TooMany(wait) | Self::TooManyGuesses(wait) => Some(app::seconds(*wait)),
            Self::Unavailable(_) => Some(2),
            Self::NotFound
            | Self::SignInFirst(_)
            | Self::Refused(_)
            | Self::Locked
            | Self::NothingToArchive(_)
            | Self::NotSigned
            | Self::NotForBots
            | Self::TooSlow
            | Self::OtherOrigin(_)
            | Self::BadForm(_)
            | Self::Missing
            | Self::Internal(_) => None,
        };
        if let Some(seconds) = wait {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Self::SignInFirst(to) = self {
            response.insert_header((header::LOCATION, sign_in_path(to)));
        }
        let back = if let Self::NothingToArchive(back) = self { back.clone() } else { None };
        let message = templates::Message { heading: heading.to_owned(), text, back };
        // A page in a frame leads here, too, and there is nothing to click for which a visitor could be tricked.
        templates::page_in(Frames::of_all_sites(), response, &message, None)
    }
}

impl PageError {
    /// Writes down what an operator has to know of.
    fn log(&self) {
        match self {
            Self::Unavailable(text) => tracing::warn!(error = text, "unavailable"),
            Self::Missing => tracing::error!("a file is missing from storage"),
            Self::Internal(text) => tracing::error!(error = text, "internal error"),
            _ => {}
        }
    }

    /// The heading and the text of the page that says it.
    pub(super) fn message(&self) -> (&'static str, String) {
        let fault = ("Something went wrong", "The fault is on our side. Try again later.".to_owned());
        match self {
            Self::NotFound => (
                "Nothing here",
                "This link does not exist, or it is no longer open. Ask whoever sent it to you.".to_owned(),
            ),
            Self::SignInFirst(_) => ("Sign in first", "This page is for members of the workspace.".to_owned()),
            Self::Refused(text) => ("Not allowed", text.clone()),
            Self::Locked => ("Locked", "Open the link in a browser and type its password first.".to_owned()),
            Self::NothingToArchive(_) => (
                "Nothing to download",
                "None of the files that you chose is there. Go back, and choose at least one.".to_owned(),
            ),
            Self::NotSigned => (
                "This address has ended",
                "The address of a file is valid for an hour at most. Open the page that shows it again, or ask the API \
                 for a new one."
                    .to_owned(),
            ),
            Self::NotForBots => {
                ("Not for bots", "The downloads of this link are counted. Open it in a browser.".to_owned())
            }
            Self::OtherOrigin(origin) => ("Sent from elsewhere", other_origin(origin)),
            Self::TooSlow => {
                ("Too slow", "What you sent did not arrive in time, and was not read. Send it again.".to_owned())
            }
            Self::BadForm(_) => (
                "Not readable",
                "What you sent is not what this page's form sends. Open the page and try again.".to_owned(),
            ),
            Self::TooMany(wait) => ("Too many attempts", format!("Try again in {}.", app::in_words(*wait))),
            Self::TooManyGuesses(wait) => ("Too many attempts", too_many_guesses(*wait)),
            Self::Unavailable(_) => {
                ("Not available", "This is not available for the moment. Try again in a few seconds.".to_owned())
            }
            Self::Missing | Self::Internal(_) => fault,
        }
    }
}

/// What is wrong with a form that another site sent, and what to do.
fn other_origin(origin: &OtherOrigin) -> String {
    let again = "Open the page in a tab of its own, at its usual address, and send it again.";
    match origin {
        OtherOrigin::Unknown => format!(
            "Your browser does not say which page this form comes from (it sends \u{201c}Origin: null\u{201d}), as in some \
             frames and private windows. {again}"
        ),
        OtherOrigin::Site(Some(site)) => format!(
            "This form was sent by a page of {site}, which is another address than this server knows as its own. {again} \
             If that is where people are to reach the server, its operator sets VITRINE_PUBLIC_URL to it."
        ),
        OtherOrigin::Site(None) => format!("This form was sent by a page of another site. {again}"),
    }
}

/// The message for whoever must wait because of wrong passwords.
pub(super) fn too_many_guesses(wait: Duration) -> String {
    format!(
        "Too many wrong passwords were tried here. Try again in {}. A device from which the right one has come \
         before need not wait for the attempts of others.",
        app::in_words(wait)
    )
}

impl From<VisitError> for PageError {
    fn from(error: VisitError) -> Self {
        match error {
            VisitError::NotFound => Self::NotFound,
            VisitError::Locked => Self::Locked,
            VisitError::NothingToArchive => Self::NothingToArchive(None),
            VisitError::NotForBots => Self::NotForBots,
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
