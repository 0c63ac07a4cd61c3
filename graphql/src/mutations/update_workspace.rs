//! `updateWorkspace`.

use super::payloads::WorkspacePayload;
use crate::{
    context,
    errors::{UserError, UserErrorCode},
    types::workspace::Workspace,
};
use app::Error;
use async_graphql::{Context, InputObject, Object};
use chrono_tz::Tz;
use domain::name;
use schema::workspaces::{self, WorkspaceChanges};

#[derive(Default)]
pub(super) struct UpdateWorkspace;

/// What is left out stays as it is.
#[derive(InputObject)]
struct UpdateWorkspaceInput {
    name: Option<String>,
    /// IANA name, as in `Europe/Berlin`.
    time_zone: Option<String>,
    /// Whether a collection that a bulk share made goes, with its links, when the last of them has expired. Its assets
    /// stay.
    delete_automatic_collections: Option<bool>,
}

#[Object]
impl UpdateWorkspace {
    /// Changes the workspace's settings. For administrators.
    async fn update_workspace(
        &self,
        ctx: &Context<'_>,
        input: UpdateWorkspaceInput,
    ) -> Result<WorkspacePayload, Error> {
        let viewer = context::admin(ctx)?;
        let mut errors = Vec::new();
        let name = input.name.as_deref().map(name::parse).transpose().unwrap_or_else(|error| {
            errors.push(UserError::invalid_name("name", error));
            None
        });
        if let Some(zone) = &input.time_zone
            && zone.parse::<Tz>().is_err()
        {
            let message = "There is no such time zone; give its IANA name, as in Europe/Berlin.";
            errors.push(UserError::new(UserErrorCode::InvalidInput, &["timeZone"], message));
        }
        if !errors.is_empty() {
            return Ok(WorkspacePayload::refused(errors));
        }
        let changes = WorkspaceChanges {
            name,
            time_zone: input.time_zone,
            delete_automatic_collections: input.delete_automatic_collections,
        };
        let changed = workspaces::update(&mut *context::connection(ctx).await?, viewer.workspace.id, &changes).await?;
        Ok(WorkspacePayload::done(Workspace(changed)))
    }
}
