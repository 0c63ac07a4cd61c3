//! Disables, enables, rotates or deletes all links that match a filter.

use super::{action::Action, store};
use crate::{Error, MutationError, Services, UserErrorCode, Viewer};
use diesel_async::AsyncConnection;
use schema::link_listing::{self, LinkFilter};

/// How many links matched a filter, and how many of them were changed.
#[derive(Debug, Clone, Copy)]
pub struct Changed {
    /// How many links match.
    pub matched: usize,
    /// How many were changed, or would be in a dry run. Links that already are in that state are not counted.
    pub changed: usize,
}

/// Does something to all links that match a filter and that the viewer may manage. A dry run only counts.
pub async fn change_links(
    services: &Services,
    viewer: &Viewer,
    filter: &LinkFilter,
    action: Action,
    dry_run: bool,
) -> Result<Changed, MutationError> {
    if filter.is_empty() {
        let message = "Say which links: a filter without a condition means all of them.";
        return Err(MutationError::user(UserErrorCode::InvalidInput, &["filter"], message));
    }
    let (visible, now) = (viewer.visible_links(), services.now());
    let mut conn = services.pool.get().await?;
    let changed = conn.transaction(async |conn| {
        let found = if dry_run {
            link_listing::all_matching(conn, visible, filter, now).await?
        } else {
            link_listing::lock_matching(conn, visible, filter, now).await?
        };
        let matched = found.len();
        let to_change: Vec<_> = found.into_iter().filter(|link| action.changes(link.disabled_at)).collect();
        let changed = to_change.len();
        if !dry_run {
            let named = to_change.into_iter().map(|link| (link.id, link.name)).collect();
            store::apply(conn, services, viewer, action, named, now).await?;
        }
        Ok::<_, Error>(Changed { matched, changed })
    });
    Ok(changed.await?)
}
