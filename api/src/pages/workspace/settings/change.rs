//! Saves the settings that were typed.

use super::{
    super::{Posted, errors::mistakes},
    overview::{USUAL_ACCENT, show},
    templates::TypedSettings,
};
use crate::pages::{PageError, redirect::see_other};
use actix_web::{HttpResponse, http::StatusCode, web};
use app::{
    MutationError, Services, UserError, UserErrorCode, Viewer,
    workspace::{BrandingInput, WorkspaceInput, update_workspace},
};
use domain::settings::Change;
use schema::workspaces::Workspace;

/// Changes the settings, and leads back to the page.
pub(in crate::pages::workspace) async fn change(
    posted: Posted,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    viewer.require_admin()?;
    let typed = TypedSettings::sent(&fields);
    match update(&services, &viewer, &typed).await {
        Ok(_) => Ok(see_other("/settings?done=saved")),
        Err(error) => {
            let mistakes = mistakes(error)?;
            show(StatusCode::UNPROCESSABLE_ENTITY, &services, &viewer, None, typed, mistakes).await
        }
    }
}

async fn update(services: &Services, viewer: &Viewer, typed: &TypedSettings) -> Result<Workspace, MutationError> {
    let no_background =
        |_| UserError::new(UserErrorCode::InvalidInput, &["galleryBackground"], "Choose one of these backgrounds.");
    // Without `..`, so that a new field does not compile until it is sent on.
    let TypedSettings { name, time_zone, accent_color, default_accent, gallery_background, imprint, contact } = typed;
    let had_accent = viewer.workspace.branding.accent_color.is_some();
    let is_untouched = !had_accent && accent_color == USUAL_ACCENT;
    let branding = BrandingInput {
        accent_color: if *default_accent || is_untouched { Change::Clear } else { Change::Set(accent_color.clone()) },
        gallery_background: Some(gallery_background.parse().map_err(no_background)?),
        imprint: text(imprint),
        contact: text(contact),
    };
    let input = WorkspaceInput {
        name: Some(name),
        time_zone: Some(time_zone.clone()),
        delete_automatic_collections: None,
        embed_origins: Change::Keep,
        person_search: None,
        audit_days: Change::Keep,
        security_event_days: Change::Keep,
        statistics_days: Change::Keep,
        branding,
    };
    update_workspace(services, viewer, input).await
}

fn text(typed: &str) -> Change<String> {
    if typed.trim().is_empty() { Change::Clear } else { Change::Set(typed.to_owned()) }
}
