//! `/settings/logo`: another logo, or none.

use super::{
    super::{Posted, errors::mistakes, posted_file::PostedFile},
    overview::show,
    templates::TypedSettings,
};
use crate::pages::{PageError, redirect::see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use app::{
    MutationError, Services,
    quota::SizeLimit,
    workspace::{check_logo, clear_logo, set_logo},
};
use schema::workspaces::Workspace;

/// Sets the logo, and leads back to the page.
pub(in crate::pages::workspace) async fn upload(
    mut posted: PostedFile,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    posted.viewer.require_admin()?;
    match set(&services, &mut posted).await {
        Ok(_) => Ok(see_other("/settings?done=logo")),
        Err(error) => {
            let (mistakes, viewer) = (mistakes(error)?, &posted.viewer);
            let typed = TypedSettings::of(&viewer.workspace);
            show(StatusCode::UNPROCESSABLE_ENTITY, &services, viewer, None, typed, mistakes).await
        }
    }
}

/// Removes the logo, and leads back to the page.
pub(in crate::pages::workspace) async fn remove(
    posted: Posted,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    clear_logo(&services, &posted.viewer).await?;
    Ok(see_other("/settings?done=no-logo"))
}

async fn set(services: &Services, posted: &mut PostedFile) -> Result<Workspace, MutationError> {
    check_logo(&posted.viewer)?;
    let file = posted.receive(services, SizeLimit::of_logo()).await?;
    set_logo(services, &posted.viewer, file).await
}
