//! Disables, enables or deletes links that are chosen one by one.

use super::{action::Action, store};
use crate::{MutationError, Services, UserErrorCode, Viewer};
use diesel_async::AsyncConnection;
use domain::LinkId;
use schema::links;

/// The most links changed in one call by their ids.
const MAX_IDS: usize = 1000;

/// Does something to those of these links that the viewer may manage, and returns their ids. Links that already are in
/// that state stay as they are.
pub async fn change_selected(
    services: &Services,
    viewer: &Viewer,
    ids: &[LinkId],
    action: Action,
) -> Result<Vec<LinkId>, MutationError> {
    if ids.len() > MAX_IDS {
        let message = format!("At most {MAX_IDS} links are changed in one call.");
        return Err(MutationError::user(UserErrorCode::InvalidInput, &["ids"], message));
    }
    let now = services.now();
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let found = links::lock(conn, viewer.visible_links(), ids).await?;
        let managed = found.iter().map(|link| link.id).collect();
        let to_change = found.into_iter().filter(|link| action.changes(link.disabled_at));
        let named = to_change.map(|link| (link.id, link.settings.name)).collect();
        store::apply(conn, viewer, action, named, now).await?;
        Ok(managed)
    })
    .await
}
