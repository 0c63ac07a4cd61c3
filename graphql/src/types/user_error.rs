//! `UserError`: what the user can mend, as clients read it.

use app::{Error, MutationError};
use async_graphql::{Enum, SimpleObject};

/// What kind of mistake a user made.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "app::UserErrorCode")]
pub(crate) enum UserErrorCode {
    /// There is none, or you may not see it.
    NotFound,
    /// You may not share it, or it is only a reference.
    NotShareable,
    /// None of the assets can be shared by you; the payload tells why of each.
    NothingToShare,
    /// More than one call takes.
    TooManyAssets,
    /// The original cannot be had now.
    OriginalNotAvailable,
    /// None of the assets offers it, or you may not hand it out.
    OptionNotAvailable,
    /// There is no preset of this name.
    UnknownPreset,
    /// Empty, too long, or not one line.
    InvalidName,
    /// In the past, or before the start.
    InvalidExpiration,
    /// Too short, too long, one that is tried first, or with control characters.
    InvalidPassword,
    /// Below one.
    InvalidLimit,
    /// Missing, empty, or not to be stored.
    InvalidFile,
    /// Larger than any file may be.
    FileTooLarge,
    /// It does not fit into the room that is left to the workspace or to you; the message tells which, and how much it is.
    QuotaExceeded,
    /// Not what this field takes.
    InvalidInput,
    /// Unknown e-mail address or wrong password.
    WrongCredentials,
    /// Too often in a short time; the message tells when to try again.
    TooManyAttempts,
    /// Somebody has this address already.
    EmailTaken,
}

/// A mistake that the user can mend.
#[derive(SimpleObject, Clone, Debug)]
pub(crate) struct UserError {
    pub(crate) code: UserErrorCode,
    /// Path in the input, as in `["settings", "expiresAt"]`.
    pub(crate) field: Option<Vec<String>>,
    /// What is wrong and what to do, for people.
    pub(crate) message: String,
}

impl From<app::UserError> for UserError {
    fn from(error: app::UserError) -> Self {
        let app::UserError { code, field, message } = error;
        Self { code: code.into(), field: (!field.is_empty()).then_some(field), message }
    }
}

/// Splits what a mutation returned into the thing that it made or changed and the mistakes that the user can mend. This is
/// the one place where a [`MutationError`] becomes what clients read.
pub(crate) fn outcome<T>(result: Result<T, MutationError>) -> Result<(Option<T>, Vec<UserError>), Error> {
    match result {
        Ok(done) => Ok((Some(done), Vec::new())),
        Err(MutationError::User(errors)) => Ok((None, errors.into_iter().map(UserError::from).collect())),
        Err(MutationError::Field(error)) => Err(error),
    }
}
