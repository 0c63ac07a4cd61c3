//! Why a visitor gets nothing.

use crate::Error;
use domain::access::Refusal;
use schema::PoolError;
use std::fmt;

/// Why a visitor gets nothing.
#[derive(Debug)]
pub enum VisitError {
    /// There is nothing for this visitor: an unknown, dead or deleted link, or something that it does not offer.
    NotFound,
    /// The password is missing.
    Locked,
    /// The page is there, but every download that the link allows was counted.
    UsedUp,
    /// The link hands out files, but none of those that an archive was asked to contain is there.
    NothingToArchive,
    /// A preview bot asked for a download of a link that limits downloads.
    NotForBots,
    /// A browser asked ahead for a download that would have to be counted.
    NotAhead,
    /// The link is there, and has no search by person, or not any more.
    NoPersonSearch,
    /// The face that is searched for cannot be opened any more: search again.
    SearchEnded,
    /// The request could not be decided.
    Failed(Error),
}

impl fmt::Display for VisitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is nothing for this visitor"),
            Self::Locked => f.write_str("the password is missing"),
            Self::UsedUp => f.write_str("no download is left"),
            Self::NothingToArchive => f.write_str("there is nothing for the archive"),
            Self::NotForBots => f.write_str("preview bots get no counted downloads"),
            Self::NotAhead => f.write_str("a download that is counted is not loaded ahead"),
            Self::NoPersonSearch => f.write_str("the link has no search by person"),
            Self::SearchEnded => f.write_str("the search has ended"),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for VisitError {}

impl From<Refusal> for VisitError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::NotFound,
            Refusal::Locked => Self::Locked,
            Refusal::UsedUp => Self::UsedUp,
        }
    }
}

impl From<Error> for VisitError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound,
            error => Self::Failed(error),
        }
    }
}

impl From<diesel::result::Error> for VisitError {
    fn from(error: diesel::result::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<PoolError> for VisitError {
    fn from(error: PoolError) -> Self {
        Error::from(error).into()
    }
}
