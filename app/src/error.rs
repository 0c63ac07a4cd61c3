//! Why something cannot be done at all. What the person who asked can mend is no error, but a refusal of its own.

use domain::Right;
use schema::PoolError;
use std::{fmt, time::Duration};
use storage::StorageError;

/// The code of an answer that a part of the server was missing for; it is worth trying again.
pub const UNAVAILABLE: &str = "UNAVAILABLE";

/// Why something cannot be done. Its text is [`Error::message`], which tells nothing that is only for the log.
#[derive(Debug, Clone)]
pub enum Error {
    /// Nobody is signed in.
    Unauthenticated,
    /// The request carries a token that stands for nobody, or no longer.
    TokenEnded,
    /// The signed-in user may not do this.
    Forbidden(MissingPermission),
    /// There is no such thing, or it is not the viewer's to see.
    NotFound,
    /// The arguments make no sense.
    BadInput(String),
    /// Too much in too short a time; how long to wait.
    RateLimited(Duration),
    /// A part of the server is gone for the moment.
    Unavailable(String),
    /// The blobs have no room left, or hardly any.
    StorageFull,
    /// The client was too slow; what to say.
    TimedOut(String),
    /// A fault of ours. The text is for the log.
    Internal(String),
}

/// What somebody is without who may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingPermission {
    /// The role of an administrator.
    Administrator,
    /// A right: on what it is about, or on everything.
    Right(Right),
}

impl Error {
    /// A fault of ours, for this reason.
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

    /// What a person reads.
    pub fn message(&self) -> String {
        match self {
            Self::Unauthenticated => "Sign in first, and send the token as Authorization: Bearer.".into(),
            Self::TokenEnded => {
                "The token is wrong, or has ended: sign in again, or create another access token.".into()
            }
            Self::Forbidden(MissingPermission::Administrator) => {
                "Only an administrator may do this, and your role is another.".into()
            }
            Self::Forbidden(MissingPermission::Right(right)) => {
                format!("You need the right {} for this; an administrator can give it to you.", right.as_str())
            }
            Self::NotFound => "There is no such thing, or you may not see it.".into(),
            Self::BadInput(text) | Self::TimedOut(text) => text.clone(),
            Self::RateLimited(wait) => format!("Too many requests. Try again in {}.", in_words(*wait)),
            Self::Unavailable(_) => "This is not available for the moment. Try again in a few seconds.".into(),
            Self::StorageFull => {
                "The storage is nearly full; nothing was kept. Ask whoever runs the server for room.".into()
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

/// The same for people.
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
            // What it is about was deleted in this moment.
            Diesel::NotFound | Diesel::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => Self::NotFound,
            error if schema::is_outage(&error) => Self::Unavailable(error.to_string()),
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
            _ => Self::internal(error),
        }
    }
}
