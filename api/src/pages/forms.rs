//! How the forms of pages are read.

use super::PageError;
use crate::http::deadline::is_too_slow;
use actix_web::{ResponseError, error::UrlencodedError, web::FormConfig};
use serde::Deserialize;

/// A form that asks for a password.
#[derive(Deserialize)]
pub(super) struct PasswordForm {
    pub(super) password: String,
}

/// Refuses forms that are no forms, or too slow, with a page.
pub(crate) fn form_config() -> FormConfig {
    FormConfig::default().error_handler(|error, _| refuse(&error).into())
}

/// Why a form is refused that cannot be read.
pub(super) fn refuse(error: &UrlencodedError) -> PageError {
    match error {
        UrlencodedError::Payload(error) if is_too_slow(error) => PageError::TooSlow,
        error => PageError::BadForm(error.status_code()),
    }
}
