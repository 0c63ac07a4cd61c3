//! The page of a password link, on which a person chooses their password.

use super::{
    sign_in::after_choice,
    templates::{ChoosePassword, PasswordLinkEnded},
};
use crate::{
    http::{client_address, require_same_origin},
    pages::{PageError, forms::PasswordForm, templates},
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use app::{
    MutationError, Services, UserErrorCode,
    password_links::{self, PasswordChoice},
};
use domain::password_link::PasswordLinkToken;

/// Shows the form. Opening it does not use up the link: programs that look at mail open links, too.
pub(super) async fn page(services: web::Data<Services>, token: web::Path<String>) -> Result<HttpResponse, PageError> {
    form(&services, &PasswordLinkToken::attempt(&token), StatusCode::OK, None).await
}

/// Takes the password, and leads to the sign-in.
pub(super) async fn choose(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
    sent: web::Form<PasswordForm>,
) -> Result<HttpResponse, PageError> {
    require_same_origin(&request, &services)?;
    let token = PasswordLinkToken::attempt(&token);
    let choice = PasswordChoice { token: &token, password: &sent.password, address: client_address(&request) };
    match password_links::choose_password(&services, choice).await {
        Ok(user) => Ok(after_choice(&services, &user.email)),
        Err(MutationError::User(errors)) => {
            let error = errors.into_iter().find(|error| error.code == UserErrorCode::InvalidPassword);
            form(&services, &token, StatusCode::UNPROCESSABLE_ENTITY, error.map(|error| error.message)).await
        }
        Err(MutationError::Field(error)) => Err(error.into()),
    }
}

async fn form(
    services: &Services,
    token: &PasswordLinkToken,
    status: StatusCode,
    error: Option<String>,
) -> Result<HttpResponse, PageError> {
    let Some((user, workspace)) = password_links::who_chooses(services, token).await? else {
        let sends_mail = services.mailer.is_some();
        return Ok(templates::page(HttpResponse::NotFound(), &PasswordLinkEnded { sends_mail }));
    };
    let is_invited = user.invited_at.is_some();
    let page = ChoosePassword { is_invited, workspace: workspace.name, email: user.email, error };
    Ok(templates::scripted_page(HttpResponse::build(status), &page))
}
