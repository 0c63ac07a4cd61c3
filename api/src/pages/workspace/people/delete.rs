//! `/people/{id}/delete`: the end of a person's account.

use super::super::{
    Fields, Posted, SignedIn,
    errors::Mistakes,
    leaving::{self, Leaving, Way},
    whose::Whose,
};
use crate::{http::client_address, pages::PageError, pages::redirect::see_other};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use app::{
    Services, Viewer,
    users::{self, UserToDelete},
};

/// Asks who gets the links.
pub(in crate::pages::workspace) async fn ask(
    SignedIn(viewer): SignedIn,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let leaving = find(&services, &viewer, &id).await?;
    Ok(leaving.show(StatusCode::OK, &viewer, &Fields::default(), Mistakes::default()))
}

/// Deletes the person, and leads to the others.
pub(in crate::pages::workspace) async fn delete(
    posted: Posted,
    request: HttpRequest,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let leaving = find(&services, &viewer, &id).await?;
    let address = client_address(&request);
    let deleted = async {
        let leaver = leaving.leaver(&fields)?;
        let input = UserToDelete { leaver, current_password: None, address };
        let deleted = users::delete_user(&services, &viewer, input).await?;
        Ok(leaving::became(leaver.successor, deleted.transferred_links, deleted.deleted_links))
    };
    match deleted.await {
        Ok(became) => Ok(see_other(&format!("/people?done=deleted{became}"))),
        Err(error) => leaving::refused(leaving, &viewer, &fields, error),
    }
}

/// One's own account ends on a page of its own, which asks for the password.
async fn find(services: &Services, viewer: &Viewer, id: &str) -> Result<Leaving, PageError> {
    let whose = Whose::find(services, viewer, Some(id)).await?;
    if whose.user.id == viewer.user.id {
        return Err(PageError::Refused("This is your own account: the page “Account” ends it.".to_owned()));
    }
    Leaving::new(services, viewer, whose, Way::Delete).await
}
