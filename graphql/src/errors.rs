//! The two ways to say no: `userErrors` for what a user can mend, and top-level errors with a code for the rest.

use crate::MAX_ERRORS;
use app::Error;
use async_graphql::{Enum, Pos, Response, ServerError, SimpleObject, Value};
use domain::{name::InvalidName, settings::SettingError};

/// Completes the errors of an answer, and returns their codes. This is the one place where an [`Error`] becomes what
/// clients read: its code, how long to wait, and for a fault of ours the id of the request that it is logged under. Of
/// very many errors the first are told.
pub fn complete(response: &mut Response, request_id: &str) -> Vec<String> {
    response.errors.truncate(MAX_ERRORS);
    response.errors.iter_mut().map(|error| complete_one(error, request_id)).collect()
}

fn complete_one(error: &mut ServerError, request_id: &str) -> String {
    // What is about no place of the document has no location; the executor says 0.
    error.locations.retain(|pos| pos.line > 0);
    let extensions = error.extensions.get_or_insert_default();
    // Taken, so that a fault is logged once.
    let source = error.source.take();
    if let Some(source) = source.as_ref().and_then(|source| source.downcast_ref::<Error>()) {
        extensions.set("code", source.code());
        match source {
            Error::Internal(text) => {
                tracing::error!(error = text, "internal error");
                extensions.set("requestId", request_id);
            }
            Error::Unavailable(text) => tracing::warn!(error = text, "unavailable"),
            Error::RateLimited(wait) => extensions.set("retryAfter", app::seconds(*wait)),
            _ => {}
        }
    }
    // What the executor itself refuses is something that the client sent.
    if extensions.get("code").is_none() {
        extensions.set("code", "BAD_USER_INPUT");
    }
    match extensions.get("code") {
        Some(Value::String(code)) => code.clone(),
        _ => String::new(),
    }
}

/// An answer that is nothing but this error, complete.
pub fn failed(error: Error, request_id: &str) -> Response {
    let error: async_graphql::Error = error.into();
    let mut response = Response::from_errors(vec![error.into_server_error(Pos::default())]);
    complete(&mut response, request_id);
    response
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
