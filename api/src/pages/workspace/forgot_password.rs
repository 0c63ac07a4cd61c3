//! The page for people who have forgotten their password. There is none where no mail is sent.

use super::templates::ForgotPassword;
use crate::{
    http::{client_address, require_same_origin},
    pages::{PageError, templates},
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use app::{Services, password_links};
use serde::Deserialize;

/// The form.
#[derive(Deserialize)]
pub(super) struct ForgotPasswordForm {
    email: String,
}

/// Shows the form.
pub(super) async fn page(services: web::Data<Services>) -> Result<HttpResponse, PageError> {
    if services.mailer.is_none() {
        return Err(PageError::NotFound);
    }
    Ok(form(StatusCode::OK, String::new(), false, None))
}

/// Has a link mailed, if there is such an account, which the page does not tell.
pub(super) async fn request(
    request: HttpRequest,
    services: web::Data<Services>,
    sent: web::Form<ForgotPasswordForm>,
) -> Result<HttpResponse, PageError> {
    require_same_origin(&request, &services)?;
    if services.mailer.is_none() {
        return Err(PageError::NotFound);
    }
    let email = sent.into_inner().email;
    let asked = password_links::request_password_link(&services.into_inner(), &email, client_address(&request)).await?;
    Ok(match asked {
        Ok(()) => form(StatusCode::OK, email, true, None),
        Err(wait) => form(StatusCode::TOO_MANY_REQUESTS, email, false, Some(password_links::too_many_mails(wait))),
    })
}

fn form(status: StatusCode, email: String, is_sent: bool, error: Option<String>) -> HttpResponse {
    templates::page(HttpResponse::build(status), &ForgotPassword { email, is_sent, error })
}
