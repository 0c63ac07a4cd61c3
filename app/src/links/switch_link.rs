//! Disables or enables one link.

use super::{action::Action, not_found::not_found, store};
use crate::{MutationError, Services, Viewer};
use diesel_async::AsyncConnection;
use domain::LinkId;
use schema::links::{self, Link};

/// Disables or enables one link. `id` is none where the client sent no id of a link.
pub async fn switch_link(
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
        store::apply(conn, services, viewer, action, vec![(link.id, link.settings.name.clone())], now).await?;
        Ok(Link { disabled_at: (!enabled).then_some(now), updated_at: now, ..link })
    })
    .await
}
