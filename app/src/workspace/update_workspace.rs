//! Other settings for the workspace.

use crate::{MutationError, Services, UserError, UserErrorCode, Viewer};
use chrono_tz::Tz;
use domain::name;
use schema::workspaces::{self, Workspace, WorkspaceChanges};

/// What an administrator asks for; what is left out stays as it is.
pub struct WorkspaceInput<'a> {
    /// The name.
    pub name: Option<&'a str>,
    /// The IANA name of the time zone.
    pub time_zone: Option<String>,
    /// Whether an automatic collection goes when the last link to it has expired.
    pub delete_automatic_collections: Option<bool>,
    /// Whether visitors of links may search by person.
    pub person_search: Option<bool>,
}

/// Whether workspaces have search by person. The search does not exist yet, so that it cannot be turned on.
pub const PERSON_SEARCH: bool = false;

/// Changes the workspace's settings. For administrators.
pub async fn update_workspace(
    services: &Services,
    viewer: &Viewer,
    input: WorkspaceInput<'_>,
) -> Result<Workspace, MutationError> {
    viewer.require_admin()?;
    let WorkspaceInput { name, time_zone, delete_automatic_collections, person_search } = input;
    let name = name.map(name::parse).transpose().map_err(|error| UserError::invalid_name("name", error));
    let is_unknown = time_zone.as_deref().is_some_and(|zone| zone.parse::<Tz>().is_err());
    let zone_error = is_unknown.then(|| {
        let message = "There is no such time zone; give its IANA name, as in Europe/Berlin.";
        UserError::new(UserErrorCode::InvalidInput, &["timeZone"], message)
    });
    let search_error = (person_search == Some(true) && !PERSON_SEARCH).then(|| {
        let message = "This server cannot search by person.";
        UserError::new(UserErrorCode::OptionNotAvailable, &["personSearch"], message)
    });
    let (name, name_error) = name.map_or_else(|error| (None, Some(error)), |name| (name, None));
    let errors: Vec<UserError> = name_error.into_iter().chain(zone_error).chain(search_error).collect();
    if !errors.is_empty() {
        return Err(MutationError::User(errors));
    }
    let changes = WorkspaceChanges { name, time_zone, delete_automatic_collections };
    Ok(workspaces::update(&mut *services.pool.get().await?, viewer.workspace.id, &changes).await?)
}
