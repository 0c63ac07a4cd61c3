//! `/account/password`: another password for oneself.

use super::{
    super::{
        Frame, Posted, Section, SignedIn,
        errors::{Form, Mistakes, mistakes},
    },
    templates::ChangePasswordPage,
};
use crate::{
    http::client_address,
    pages::{PageError, redirect::see_other, templates},
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use app::{
    Services, Viewer,
    account::{self, NewPassword},
};
use domain::password::Attempt;

/// The form.
pub(in crate::pages::workspace) async fn page(SignedIn(viewer): SignedIn) -> HttpResponse {
    show(StatusCode::OK, &viewer, Mistakes::default())
}

/// Changes the password, and leads back to the account, which offers to revoke the tokens.
pub(in crate::pages::workspace) async fn change(
    posted: Posted,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let input = NewPassword {
        current: Attempt::new(fields.text("currentPassword")),
        new: fields.text("newPassword"),
        revoke_access_tokens: false,
        address: client_address(&request),
    };
    match account::change_password(&services, &viewer, input).await {
        Ok(()) => Ok(see_other("/account?done=password")),
        Err(error) => Ok(show(StatusCode::UNPROCESSABLE_ENTITY, &viewer, mistakes(error)?)),
    }
}

fn show(status: StatusCode, viewer: &Viewer, mistakes: Mistakes) -> HttpResponse {
    let page = ChangePasswordPage {
        frame: Frame::new(viewer, Section::Account),
        email: viewer.user.email.clone(),
        form: Form::new(&["currentPassword", "newPassword"]).with(mistakes),
    };
    templates::scripted_page(HttpResponse::build(status), &page)
}
