//! The end of the workspace's watermark.

use super::update_workspace::settings_changed;
use crate::{MutationError, Services, UserErrorCode, Viewer};
use diesel_async::AsyncConnection;
use schema::{
    links,
    workspaces::{self, Workspace},
};

/// Removes the watermark. Refused while links that have not expired have it on, also disabled ones: their visitors would
/// see placeholders for ever. For administrators. The image is deleted by garbage collection.
pub async fn clear_watermark(services: &Services, viewer: &Viewer) -> Result<Workspace, MutationError> {
    viewer.require_admin()?;
    let (id, now) = (viewer.workspace.id, services.now());
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        // The lock waits for transactions that are storing links with the watermark, and later ones find none.
        let before = workspaces::lock(conn, id).await?;
        let links = links::count_watermarked(conn, id, now).await?;
        if links > 0 {
            return Err(MutationError::user(UserErrorCode::InUse, &[], in_use(links)));
        }
        let after = workspaces::clear_watermark(conn, id).await?;
        settings_changed(conn, viewer, &before, &after, now).await?;
        Ok(after)
    })
    .await
}

fn in_use(links: i64) -> String {
    let them = if links == 1 { "One link has".to_owned() } else { format!("{links} links have") };
    format!(
        "{them} the watermark on. Turn it off there with updateLink, or delete these links; disabled ones count, too. The \
         filter `watermark` of links lists them, and those that have expired and do not count."
    )
}
