//! `/people/{id}/disable` and `/people/{id}/enable`: whether a person may sign in.

use super::super::{
    Fields, Posted, SignedIn,
    errors::Mistakes,
    leaving::{self, Leaving, Way},
    whose::{Whose, path_of, person},
};
use crate::pages::{PageError, redirect::see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use app::{Services, users};

/// Asks who gets the links.
pub(in crate::pages::workspace) async fn ask(
    SignedIn(viewer): SignedIn,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let whose = Whose::find(&services, &viewer, Some(&id)).await?;
    let leaving = Leaving::new(&services, &viewer, whose, Way::Disable).await?;
    Ok(leaving.show(StatusCode::OK, &viewer, &Fields::default(), Mistakes::default()))
}

/// Disables the person, and leads back to their page.
pub(in crate::pages::workspace) async fn disable(
    posted: Posted,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let whose = Whose::find(&services, &viewer, Some(&id)).await?;
    let path = path_of(whose.user.id);
    let leaving = Leaving::new(&services, &viewer, whose, Way::Disable).await?;
    let disabled = match leaving.leaver(&fields) {
        Ok(leaver) => users::disable_user(&services, &viewer, leaver).await,
        Err(error) => Err(error),
    };
    match disabled {
        Ok(disabled) => Ok(see_other(&format!("{path}?done=disabled&links={}", disabled.transferred_links))),
        Err(error) => leaving::refused(leaving, &viewer, &fields, error),
    }
}

/// Enables the person, and leads back to their page.
pub(in crate::pages::workspace) async fn enable(
    posted: Posted,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let user = person(&services, &posted.viewer, &id).await?;
    users::enable_user(&services, &posted.viewer, Some(user.id)).await?;
    Ok(see_other(&format!("{}?done=enabled", path_of(user.id))))
}
