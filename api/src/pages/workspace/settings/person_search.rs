//! `/settings/person-search`: turns the search by person on and off. Whoever does so ticks that they know what it means.

use super::{
    super::{Posted, errors::mistakes},
    overview::show,
    templates::TypedSettings,
};
use crate::pages::{PageError, redirect::see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use app::{
    MutationError, Services, UserErrorCode, Viewer,
    workspace::{BrandingInput, WorkspaceInput, update_workspace},
};
use domain::settings::Change;

/// Turns the search on or off, and leads back to the page.
pub(in crate::pages::workspace) async fn switch(
    posted: Posted,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    viewer.require_admin()?;
    let turned = match (fields.text("turn"), fields.has("understood")) {
        ("on", true) => turn(&services, &viewer, true).await.map(|()| "/settings?done=person-search"),
        ("off", true) => turn(&services, &viewer, false).await.map(|()| "/settings?done=no-person-search"),
        _ => {
            let message = "Tick the box first: it says what happens.";
            Err(MutationError::user(UserErrorCode::InvalidInput, &["understood"], message))
        }
    };
    match turned {
        Ok(path) => Ok(see_other(path)),
        Err(error) => {
            let (mistakes, typed) = (mistakes(error)?, TypedSettings::of(&viewer.workspace));
            show(StatusCode::UNPROCESSABLE_ENTITY, &services, &viewer, None, typed, mistakes).await
        }
    }
}

async fn turn(services: &Services, viewer: &Viewer, on: bool) -> Result<(), MutationError> {
    let input = WorkspaceInput {
        name: None,
        time_zone: None,
        delete_automatic_collections: None,
        embed_origins: Change::Keep,
        person_search: Some(on),
        audit_days: Change::Keep,
        security_event_days: Change::Keep,
        statistics_days: Change::Keep,
        branding: BrandingInput::default(),
    };
    update_workspace(services, viewer, input).await.map(drop)
}
