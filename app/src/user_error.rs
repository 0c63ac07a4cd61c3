//! Refusals: what a mutation answers when the user can mend something, and how a mutation ends early with `?`.

use crate::Error;
use domain::{name::InvalidName, settings::SettingError};
use schema::PoolError;
use storage::StorageError;

/// What kind of mistake a user made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserErrorCode {
    /// The thing does not exist, or the viewer may not see it.
    NotFound,
    /// The viewer may not share the asset, or the asset is only a reference.
    NotShareable,
    /// The viewer can share none of the assets.
    NothingToShare,
    /// One call takes fewer assets.
    TooManyAssets,
    /// The original is archived or unavailable, or the viewer may not hand it out.
    OriginalNotAvailable,
    /// None of the assets offers the option, or the viewer may not hand it out.
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
    /// The file is larger than the room that a quota leaves.
    QuotaExceeded,
    /// The field does not take this value.
    InvalidInput,
    /// The e-mail address is unknown or the password is wrong.
    WrongCredentials,
    /// The password of the link is wrong.
    WrongPassword,
    /// Too many attempts in a short time.
    TooManyAttempts,
    /// Another user has this e-mail address.
    EmailTaken,
    /// The viewer lacks a right for this; the message says which.
    NoRight,
    /// Other things need it; the message says what to do with them first.
    InUse,
}

/// The message about an asset that does not exist, and about one that the viewer may not see.
pub const NO_ASSET: &str = "There is no such asset, or you may not see it. Its id is meant, not its number.";

/// A mistake that the user can mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserError {
    /// The kind of mistake, for programs.
    pub code: UserErrorCode,
    /// The path of the refused field in the input, as in `["settings", "expiresAt"]`; empty, if no field is to blame.
    pub field: Vec<String>,
    /// What is wrong and what to do, for people.
    pub message: String,
}

impl UserError {
    /// A mistake in the field of this path.
    pub fn new(code: UserErrorCode, field: &[&str], message: impl Into<String>) -> Self {
        Self { code, field: field.iter().map(ToString::to_string).collect(), message: message.into() }
    }

    /// A refused name.
    pub fn invalid_name(field: &str, error: InvalidName) -> Self {
        Self::new(UserErrorCode::InvalidName, &[field], error.to_string())
    }

    /// A refused setting, whose path begins with `parents`.
    pub fn setting(error: &SettingError, parents: &[&str]) -> Self {
        let code = match error {
            SettingError::Name(_) => UserErrorCode::InvalidName,
            SettingError::Password(_) => UserErrorCode::InvalidPassword,
            SettingError::NotOffered(..) | SettingError::PresetNotOffered(_) => UserErrorCode::OptionNotAvailable,
            SettingError::UnknownPreset(_) => UserErrorCode::UnknownPreset,
            SettingError::Expiration(_) | SettingError::Start => UserErrorCode::InvalidExpiration,
            SettingError::Cover | SettingError::Description(_) => UserErrorCode::InvalidInput,
            SettingError::Limit => UserErrorCode::InvalidLimit,
        };
        let path: Vec<&str> = parents.iter().copied().chain([error.field()]).collect();
        Self::new(code, &path, error.to_string())
    }
}

/// Why a mutation changed nothing. Inside a transaction, returning it rolls the transaction back.
#[derive(Clone, Debug)]
pub enum MutationError {
    /// The user can mend this: it becomes the `userErrors` of the payload.
    User(Vec<UserError>),
    /// The user cannot mend this: it becomes the error of the field.
    Field(Error),
}

impl MutationError {
    /// A single mistake in the field of this path.
    pub fn user(code: UserErrorCode, field: &[&str], message: impl Into<String>) -> Self {
        UserError::new(code, field, message).into()
    }

    /// Refused settings, whose paths begin with `parents`.
    pub fn settings(errors: &[SettingError], parents: &[&str]) -> Self {
        Self::User(errors.iter().map(|error| UserError::setting(error, parents)).collect())
    }
}

impl From<UserError> for MutationError {
    fn from(error: UserError) -> Self {
        Self::User(vec![error])
    }
}

impl From<Error> for MutationError {
    fn from(error: Error) -> Self {
        Self::Field(error)
    }
}

impl From<diesel::result::Error> for MutationError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Field(error.into())
    }
}

impl From<PoolError> for MutationError {
    fn from(error: PoolError) -> Self {
        Self::Field(error.into())
    }
}

impl From<StorageError> for MutationError {
    fn from(error: StorageError) -> Self {
        Self::Field(error.into())
    }
}
