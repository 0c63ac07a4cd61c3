//! `/account/leave`: the end of one's own account, asked for with the password.

use super::super::{
    Fields, Posted, SignedIn,
    errors::Mistakes,
    leaving::{self, Leaving, Way},
    whose::Whose,
};
use crate::{
    http::{SESSION_COOKIE, client_address, cookie},
    pages::PageError,
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use app::{
    Services,
    users::{self, UserToDelete},
};
use domain::password::Attempt;

/// Asks, and says what becomes of the links.
pub(in crate::pages::workspace) async fn ask(
    SignedIn(viewer): SignedIn,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    let leaving = Leaving::new(&services, &viewer, Whose::own(&viewer), Way::Leave).await?;
    Ok(leaving.show(StatusCode::OK, &viewer, &Fields::default(), Mistakes::default()))
}

/// Deletes the account, and signs out.
pub(in crate::pages::workspace) async fn leave(
    posted: Posted,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let leaving = Leaving::new(&services, &viewer, Whose::own(&viewer), Way::Leave).await?;
    let deleted = async {
        let input = UserToDelete {
            leaver: leaving.leaver(&fields)?,
            current_password: Some(Attempt::new(fields.text("currentPassword"))),
            address: client_address(&request),
        };
        users::delete_user(&services, &viewer, input).await
    };
    match deleted.await {
        Ok(_) => {
            let cookie = cookie(&services, SESSION_COOKIE, String::new(), "/".to_owned(), 0);
            let to = (header::LOCATION, "/sign-in?account=deleted");
            Ok(HttpResponse::SeeOther().cookie(cookie).insert_header(to).finish())
        }
        Err(error) => leaving::refused(leaving, &viewer, &fields, error),
    }
}
