//! Disables, enables, rotates or deletes links that are chosen one by one.

use super::{action::Action, store};
use crate::{MutationError, Services, UserErrorCode, Viewer};
use diesel_async::AsyncConnection;
use domain::LinkId;
use schema::links;

/// The most links changed in one call by their ids.
pub const MAX_SELECTED: usize = 1000;

/// The message for a call with more links.
pub fn too_many_selected() -> String {
    format!("At most {MAX_SELECTED} links are changed in one call.")
}

/// Does something to those of these links that the viewer may manage, and returns their ids. Links that already are in
/// that state stay as they are.
pub async fn change_selected(
    services: &Services,
    viewer: &Viewer,
    ids: &[LinkId],
    action: Action,
) -> Result<Vec<LinkId>, MutationError> {
    if ids.len() > MAX_SELECTED {
        return Err(MutationError::user(UserErrorCode::InvalidInput, &["ids"], too_many_selected()));
    }
    let now = services.now();
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let found = links::lock(conn, viewer.visible_links(), ids).await?;
        let managed = found.iter().map(|link| link.id).collect();
        let to_change = found.into_iter().filter(|link| action.changes(link.disabled_at));
        let named = to_change.map(|link| (link.id, link.settings.name)).collect();
        store::apply(conn, services, viewer, action, named, now).await?;
        Ok(managed)
    })
    .await
}
