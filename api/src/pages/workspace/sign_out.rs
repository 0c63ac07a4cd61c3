//! `/sign-out`: ends the session of the browser.

use crate::{
    http::{SESSION_COOKIE, cookie, require_same_origin, session_token},
    pages::PageError,
};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use app::{Services, sign_in};

/// Signs out, and leads to the form to sign in.
pub(super) async fn sign_out(request: HttpRequest, services: web::Data<Services>) -> Result<HttpResponse, PageError> {
    require_same_origin(&request, &services)?;
    if let Some(token) = session_token(&request) {
        sign_in::sign_out(&services, &token).await?;
    }
    let cookie = cookie(&services, SESSION_COOKIE, String::new(), "/".to_owned(), 0);
    Ok(HttpResponse::SeeOther().cookie(cookie).insert_header((header::LOCATION, "/sign-in?signed-out")).finish())
}
