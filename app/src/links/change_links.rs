//! Disabling, enabling and deleting: one link, those of a list of ids, or those that match a filter.

use super::{action::Action, not_found, store};
use crate::{Error, MutationError, Services, UserErrorCode, Viewer};
use diesel_async::AsyncConnection;
use domain::LinkId;
use schema::{
    link_listing::{self, LinkFilter},
    links::{self, Link},
};

/// The most links deleted in one call by their ids.
const MAX_IDS: usize = 1000;

/// Disables or enables one link. `id` is none where the client sent no id of a link.
pub async fn switch(
    services: &Services,
    viewer: &Viewer,
    id: Option<LinkId>,
    enabled: bool,
) -> Result<Link, MutationError> {
    let (now, id) = (services.now(), id.ok_or_else(not_found)?);
    let action = if enabled { Action::Enable } else { Action::Disable };
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let link = links::lock(conn, viewer.visible_links(), &[id]).await?.pop().ok_or_else(not_found)?;
        if !action.changes(link.disabled_at) {
            return Ok(link);
        }
        store::apply(conn, viewer, action, vec![(link.id, link.settings.name.clone())], now).await?;
        Ok(Link { disabled_at: (!enabled).then_some(now), updated_at: now, ..link })
    })
    .await
}

/// Deletes those of these links that the viewer may manage, and returns their ids.
pub async fn delete(
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

/// How many links matched a filter, and how many of them were changed.
#[derive(Debug, Clone, Copy)]
pub struct Changed {
    /// How many links match.
    pub matched: usize,
    /// How many were changed, or would be in a dry run. Links that already are in that state are not counted.
    pub changed: usize,
}

/// Does something to all links that match a filter and that the viewer may manage. A dry run only counts.
pub async fn change_matching(
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
            store::apply(conn, viewer, action, named, now).await?;
        }
        Ok::<_, Error>(Changed { matched, changed })
    });
    Ok(changed.await?)
}
