//! Deletes links by their ids.

use super::{action::Action, store};
use crate::{MutationError, Services, UserErrorCode, Viewer};
use diesel_async::AsyncConnection;
use domain::LinkId;
use schema::links;

/// The most links deleted in one call by their ids.
const MAX_IDS: usize = 1000;

/// Deletes those of these links that the viewer may manage, and returns their ids.
pub async fn delete_links(
    services: &Services,
    viewer: &Viewer,
    ids: &[Option<LinkId>],
) -> Result<Vec<LinkId>, MutationError> {
    if ids.len() > MAX_IDS {
        let message = format!("At most {MAX_IDS} links are deleted in one call.");
        return Err(MutationError::user(UserErrorCode::InvalidInput, &["ids"], message));
    }
    let (wanted, now): (Vec<LinkId>, _) = (ids.iter().flatten().copied().collect(), services.now());
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let found = links::lock(conn, viewer.visible_links(), &wanted).await?;
        let deleted = found.iter().map(|link| link.id).collect();
        let named = found.into_iter().map(|link| (link.id, link.settings.name)).collect();
        store::apply(conn, viewer, Action::Delete, named, now).await?;
        Ok(deleted)
    })
    .await
}
