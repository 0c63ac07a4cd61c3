//! `UserError`: what the user can mend, as clients read it.

use app::{Error, MutationError};
use async_graphql::{Enum, SimpleObject};

/// What kind of mistake a user made.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "app::UserErrorCode")]
pub(crate) enum UserErrorCode {
    /// The thing does not exist, or you may not see it.
    NotFound,
    /// You may not share the asset, or the asset is only a reference.
    NotShareable,
    /// You can share none of the assets. In `shareAssets`, `skipped` says why.
    NothingToShare,
    /// One call takes fewer assets.
    TooManyAssets,
    /// The original is archived or unavailable, or you may not hand it out.
    OriginalNotAvailable,
    /// None of the assets offers the option, or you may not hand it out.
    OptionNotAvailable,
    /// No preset has this name.
    UnknownPreset,
    /// The name is empty, too long, or has several lines.
    InvalidName,
    /// The expiration lies in the past, or before the start.
    InvalidExpiration,
    /// The password is too short, too long, easy to guess, or has control characters.
    InvalidPassword,
    /// The limit is below one.
    InvalidLimit,
    /// The file is missing, empty, or of the wrong kind.
    InvalidFile,
    /// The file is larger than any file may be.
    FileTooLarge,
    /// The file is larger than the room that a quota leaves; the message says which quota, and how much is left.
    QuotaExceeded,
    /// The field does not take this value.
    InvalidInput,
    /// The e-mail address is unknown or the password is wrong.
    WrongCredentials,
    /// The password of the link is wrong.
    WrongPassword,
    /// Too many attempts in a short time; the message says when to try again.
    TooManyAttempts,
    /// Another user has this e-mail address.
    EmailTaken,
    /// You lack a right for this; the message says which.
    NoRight,
    /// Other things need it; the message says how many, and what to do with them first.
    InUse,
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

/// Splits what a mutation returned into the thing that it made or changed and the mistakes that the user can mend. This
/// is the only place where a [`MutationError`] becomes what clients read.
pub(crate) fn outcome<T>(result: Result<T, MutationError>) -> Result<(Option<T>, Vec<UserError>), Error> {
    match result {
        Ok(done) => Ok((Some(done), Vec::new())),
        Err(MutationError::User(errors)) => Ok((None, errors.into_iter().map(UserError::from).collect())),
        Err(MutationError::Field(error)) => Err(error),
    }
}
