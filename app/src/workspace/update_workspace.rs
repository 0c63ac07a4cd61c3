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
}

/// Changes the workspace's settings. For administrators.
pub async fn update_workspace(
    services: &Services,
    viewer: &Viewer,
    input: WorkspaceInput<'_>,
) -> Result<Workspace, MutationError> {
    viewer.require_admin()?;
    let WorkspaceInput { name, time_zone, delete_automatic_collections } = input;
    let name = name.map(name::parse).transpose().map_err(|error| UserError::invalid_name("name", error));
    let is_unknown = time_zone.as_deref().is_some_and(|zone| zone.parse::<Tz>().is_err());
    let zone_error = is_unknown.then(|| {
        let message = "There is no such time zone; give its IANA name, as in Europe/Berlin.";
        UserError::new(UserErrorCode::InvalidInput, &["timeZone"], message)
    });
    let name = match (name, zone_error) {
        (Ok(name), None) => name,
        (name, zone_error) => return Err(MutationError::User(name.err().into_iter().chain(zone_error).collect())),
    };
    let changes = WorkspaceChanges { name, time_zone, delete_automatic_collections };
    Ok(workspaces::update(&mut *services.pool.get().await?, viewer.workspace.id, &changes).await?)
}
