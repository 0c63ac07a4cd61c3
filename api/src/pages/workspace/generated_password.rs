//! `/links/password`: a strong password for the field of a form, for browsers with scripts.

use super::Posted;
use crate::pages::PageError;
use actix_web::{HttpResponse, http::header};
use domain::password::Password;

/// Makes a password, which is stored nowhere.
pub(super) async fn generate(_: Posted) -> Result<HttpResponse, PageError> {
    let password = Password::generate(&mut rand::rng());
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    Ok(response.content_type("text/plain; charset=utf-8").body(password.expose_secret().to_owned()))
}
