//! `/people/{id}/disable` and `/people/{id}/enable`: whether a person may sign in.

use super::super::{
    Fields, Posted, SignedIn,
    errors::Mistakes,
    leaving::{self, Leaving, Way},
    whose::{Whose, path_of, person},
};
use crate::pages::{PageError, redirect::see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use app::{Services, Viewer, users};

/// Asks who gets the links.
pub(in crate::pages::workspace) async fn ask(
    SignedIn(viewer): SignedIn,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let leaving = find(&services, &viewer, &id).await?;
    Ok(leaving.show(StatusCode::OK, &viewer, &Fields::default(), Mistakes::default()))
}

/// Disables the person, and leads back to their page.
pub(in crate::pages::workspace) async fn disable(
    posted: Posted,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let leaving = find(&services, &viewer, &id).await?;
    let disabled = async {
        let leaver = leaving.leaver(&fields)?;
        let disabled = users::disable_user(&services, &viewer, leaver).await?;
        Ok(leaving::became(leaver.successor, disabled.transferred_links, 0))
    };
    match disabled.await {
        Ok(became) => Ok(see_other(&format!("{}?done=disabled{became}", leaving.path()))),
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

/// Nobody disables themselves, and nobody is asked whether to.
async fn find(services: &Services, viewer: &Viewer, id: &str) -> Result<Leaving, PageError> {
    let whose = Whose::find(services, viewer, Some(id)).await?;
    if whose.user.id == viewer.user.id {
        return Err(PageError::Refused("You cannot disable yourself; ask another administrator.".to_owned()));
    }
    Leaving::new(services, viewer, whose, Way::Disable).await
}
