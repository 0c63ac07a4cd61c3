//! `/account/email`: another e-mail address for oneself, to sign in with.

use super::{
    super::{
        Frame, Posted, Section, SignedIn,
        errors::{Form, Mistakes, mistakes},
    },
    templates::ChangeEmailPage,
};
use crate::{
    http::client_address,
    pages::{PageError, redirect::see_other, templates},
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use app::{Services, Viewer, account};
use domain::password::Attempt;

/// The form.
pub(in crate::pages::workspace) async fn page(SignedIn(viewer): SignedIn) -> HttpResponse {
    show(StatusCode::OK, &viewer, String::new(), Mistakes::default())
}

/// Changes the address, and leads back to the account.
pub(in crate::pages::workspace) async fn change(
    posted: Posted,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let (current, email) = (Attempt::new(fields.text("currentPassword")), fields.text("email"));
    match account::change_email(&services, &viewer, current, email, client_address(&request)).await {
        Ok(_) => Ok(see_other("/account?done=email")),
        Err(error) => Ok(show(StatusCode::UNPROCESSABLE_ENTITY, &viewer, email.to_owned(), mistakes(error)?)),
    }
}

fn show(status: StatusCode, viewer: &Viewer, email: String, mistakes: Mistakes) -> HttpResponse {
    let page = ChangeEmailPage {
        frame: Frame::new(viewer, Section::Account),
        current: viewer.user.email.clone(),
        email,
        form: Form::new(&["email", "currentPassword"]).with(mistakes),
    };
    templates::scripted_page(HttpResponse::build(status), &page)
}
