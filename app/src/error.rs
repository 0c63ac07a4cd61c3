//! Errors of the application. Mistakes that the user can correct are not errors but refusals of their own.

use domain::{Right, TokenScope};
use schema::PoolError;
use std::{fmt, time::Duration};
use storage::StorageError;

/// The code of an error because a part of the server is away; the call can be tried again.
pub const UNAVAILABLE: &str = "UNAVAILABLE";

/// Why a call failed. Its text is [`Error::message`], which does not contain details for the log.
#[derive(Debug, Clone)]
pub enum Error {
    /// The call needs a signed-in user, and the request has no token.
    Unauthenticated,
    /// The token of the request is invalid or has expired.
    TokenEnded,
    /// The signed-in user lacks a permission.
    Forbidden(MissingPermission),
    /// The object does not exist, or the viewer may not see it.
    NotFound,
    /// The arguments are invalid.
    BadInput(String),
    /// The caller has exceeded a rate limit, and has to wait this long.
    RateLimited(Duration),
    /// A part of the server is away. The text is for the log.
    Unavailable(String),
    /// The disk of the blobs is full, or nearly full.
    StorageFull,
    /// The client was too slow; the message for the user.
    TimedOut(String),
    /// An unexpected error. The text is for the log.
    Internal(String),
}

/// The permission that a user lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingPermission {
    /// The role of an administrator.
    Administrator,
    /// A session of a person, in place of a personal access token.
    Session,
    /// A scope of the token.
    Scope(TokenScope),
    /// A right on an object or on the whole workspace.
    Right(Right),
}

impl Error {
    /// An unexpected error with this cause.
    pub fn internal(error: impl ToString) -> Self {
        Self::Internal(error.to_string())
    }

    /// The code in `extensions.code`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated | Self::TokenEnded => "UNAUTHENTICATED",
            Self::Forbidden(_) => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::BadInput(_) => "BAD_USER_INPUT",
            Self::RateLimited(_) => "RATE_LIMITED",
            Self::Unavailable(_) | Self::StorageFull => UNAVAILABLE,
            Self::TimedOut(_) => "REQUEST_TIMEOUT",
            Self::Internal(_) => "INTERNAL",
        }
    }

    /// The message for the user.
    pub fn message(&self) -> String {
        match self {
            Self::Unauthenticated => "Sign in first, and send the token as Authorization: Bearer.".into(),
            Self::TokenEnded => {
                "The token is wrong, or has ended: sign in again, or create another access token.".into()
            }
            Self::Forbidden(MissingPermission::Administrator) => "Only administrators may do this.".into(),
            Self::Forbidden(MissingPermission::Session) => {
                "A personal access token cannot do this; sign in for it.".into()
            }
            Self::Forbidden(MissingPermission::Scope(scope)) => {
                format!("The access token lacks the scope {scope}. Create another one that has it, or sign in.")
            }
            Self::Forbidden(MissingPermission::Right(right)) => {
                format!("You need the right {} for this; an administrator can give it to you.", right.as_str())
            }
            Self::NotFound => "There is no such thing, or you may not see it.".into(),
            Self::BadInput(text) | Self::TimedOut(text) => text.clone(),
            Self::RateLimited(wait) => format!("Too many requests. Try again in {}.", in_words(*wait)),
            Self::Unavailable(_) => "This is not available for the moment. Try again in a few seconds.".into(),
            Self::StorageFull => {
                "The storage is nearly full, so that nothing was stored. Ask the operator of the server for more space."
                    .into()
            }
            Self::Internal(_) => "Something went wrong on our side.".into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for Error {}

/// Whole seconds to wait, at least one.
pub fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + 1
}

/// Whole seconds to wait, in words.
pub fn in_words(wait: Duration) -> String {
    match seconds(wait) {
        1 => "1 second".to_owned(),
        seconds => format!("{seconds} seconds"),
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error as Diesel};
        match error {
            // A row that the statement refers to was deleted at the same time.
            Diesel::NotFound | Diesel::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => Self::NotFound,
            error if schema::is_outage(&error) || schema::is_timeout(&error) => Self::Unavailable(error.to_string()),
            error => Self::internal(error),
        }
    }
}

impl From<PoolError> for Error {
    fn from(error: PoolError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Full => Self::StorageFull,
            StorageError::Unavailable(_) | StorageError::Refused(_) => Self::Unavailable(error.to_string()),
            StorageError::Missing | StorageError::Folder(..) | StorageError::Options(_) | StorageError::Other(_) => {
                Self::internal(error)
            }
        }
    }
}
