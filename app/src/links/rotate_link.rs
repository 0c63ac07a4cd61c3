//! A new URL for a link.

use super::{not_found::not_found, store};
use crate::{MutationError, Services, Viewer};
use diesel_async::AsyncConnection;
use domain::LinkId;
use schema::links::{self, Link};

/// Gives a link a new URL at once and keeps everything else; the old URL is dead. `id` is none where the client sent no
/// id of a link.
pub async fn rotate_link(services: &Services, viewer: &Viewer, id: Option<LinkId>) -> Result<Link, MutationError> {
    let (now, key, id) = (services.now(), services.keys.newest(), id.ok_or_else(not_found)?);
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let before = links::lock(conn, viewer.visible_links(), &[id]).await?.pop().ok_or_else(not_found)?;
        let token_version = before.token_version + 1;
        let after = Link {
            token_version,
            token_sha256: key.link_token(id, token_version).sha256().to_vec(),
            key_id: key.id().to_owned(),
            updated_at: now,
            ..before
        };
        Ok(store::update_token(conn, viewer, after, now).await?)
    })
    .await
}
