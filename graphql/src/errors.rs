//! The two ways to say no: `userErrors` for what a user can mend, and top-level errors with a code for the rest.

use async_graphql::{Enum, ErrorExtensions, SimpleObject};
use domain::{Right, name::InvalidName, settings::SettingError};
use schema::PoolError;
use std::time::Duration;
use storage::StorageError;

/// The code of an answer that a part of the server was missing for; it is worth trying again.
pub const UNAVAILABLE: &str = "UNAVAILABLE";

/// A refusal of a whole field. It has no `Display` on purpose: only [`From`] below decides what a client reads.
#[derive(Debug, Clone)]
pub enum Error {
    /// Nobody is signed in.
    Unauthenticated,
    /// The request carries a token that stands for nobody, or no longer.
    TokenEnded,
    /// The signed-in user may not do this.
    Forbidden(Lacking),
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
    /// A quota leaves too little room; what to say. A mutation tells it as a `userError`.
    QuotaExceeded(String),
    /// The client was too slow; what to say.
    TimedOut(String),
    /// A fault of ours. The text is for the log.
    Internal(String),
}

/// What somebody is without who may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    /// The role of an administrator.
    Administrator,
    /// A right: on what it is about, or on everything.
    Right(Right),
}

impl Error {
    pub(crate) fn internal(error: impl ToString) -> Self {
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
            Self::QuotaExceeded(_) => "QUOTA_EXCEEDED",
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
            Self::Forbidden(Lacking::Administrator) => {
                "Only an administrator may do this, and your role is another.".into()
            }
            Self::Forbidden(Lacking::Right(right)) => {
                format!("You need the right {} for this; an administrator can give it to you.", right.as_str())
            }
            Self::NotFound => "There is no such thing, or you may not see it.".into(),
            Self::BadInput(text) | Self::QuotaExceeded(text) | Self::TimedOut(text) => text.clone(),
            Self::RateLimited(wait) => format!("Too many requests. Try again in {}.", in_words(*wait)),
            Self::Unavailable(_) => "This is not available for the moment. Try again in a few seconds.".into(),
            Self::StorageFull => {
                "The storage is nearly full; nothing was kept. Ask whoever runs the server for room.".into()
            }
            Self::Internal(_) => "Something went wrong on our side.".into(),
        }
    }
}

/// Whole seconds to wait, at least one.
pub(crate) fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + 1
}

/// The same for people.
pub fn in_words(wait: Duration) -> String {
    match seconds(wait) {
        1 => "1 second".to_owned(),
        seconds => format!("{seconds} seconds"),
    }
}

impl From<Error> for async_graphql::Error {
    fn from(error: Error) -> Self {
        match &error {
            Error::Internal(text) => tracing::error!(error = text, "internal error"),
            Error::Unavailable(text) => tracing::warn!(error = text, "unavailable"),
            _ => {}
        }
        async_graphql::Error::new(error.message()).extend_with(|_, extensions| {
            extensions.set("code", error.code());
            if let Error::RateLimited(wait) = error {
                extensions.set("retryAfter", seconds(wait));
            }
        })
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

/// What kind of mistake a user made.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
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

/// What is said of an asset that is not there, and of one that the viewer may not see.
pub(crate) const NO_ASSET: &str = "There is no such asset, or you may not see it.";

/// A mistake that the user can mend.
#[derive(SimpleObject, Clone, Debug)]
pub(crate) struct UserError {
    pub(crate) code: UserErrorCode,
    /// Path in the input, as in `["settings", "expiresAt"]`.
    pub(crate) field: Option<Vec<String>>,
    /// What is wrong and what to do, for people.
    pub(crate) message: String,
}

impl UserError {
    pub(crate) fn new(code: UserErrorCode, field: &[&str], message: impl Into<String>) -> Self {
        let field = (!field.is_empty()).then(|| field.iter().map(ToString::to_string).collect());
        Self { code, field, message: message.into() }
    }

    /// A file that a quota leaves no room for; any other error stays one.
    pub(crate) fn quota(error: Error) -> Result<Self, Error> {
        match error {
            Error::QuotaExceeded(message) => Ok(Self::new(UserErrorCode::QuotaExceeded, &["file"], message)),
            error => Err(error),
        }
    }

    /// A refused name.
    pub(crate) fn invalid_name(field: &str, error: InvalidName) -> Self {
        Self::new(UserErrorCode::InvalidName, &[field], error.to_string())
    }

    /// A refused setting, whose path begins with `parents`.
    pub(crate) fn setting(error: &SettingError, parents: &[&str]) -> Self {
        let code = match error {
            SettingError::Name(_) => UserErrorCode::InvalidName,
            SettingError::Password(_) => UserErrorCode::InvalidPassword,
            SettingError::NotOffered(..) | SettingError::PresetNotOffered(_) => UserErrorCode::OptionNotAvailable,
            SettingError::UnknownPreset(_) => UserErrorCode::UnknownPreset,
            SettingError::Expiration(_) | SettingError::Start => UserErrorCode::InvalidExpiration,
            SettingError::Limit => UserErrorCode::InvalidLimit,
        };
        let path: Vec<&str> = parents.iter().copied().chain([error.field()]).collect();
        Self::new(code, &path, error.to_string())
    }
}
