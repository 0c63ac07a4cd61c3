//! The asset behind an internal link, for a signed-in user.

use super::PageError;
use app::{Services, Viewer};
use domain::{AssetNumber, Rights, access::decide_internal};
use schema::{
    assets::{self, Asset},
    rights,
};

/// The asset of a number, and what the viewer may do with it. An asset that the viewer may not read is not found.
pub(super) async fn find(services: &Services, viewer: &Viewer, number: &str) -> Result<(Asset, Rights), PageError> {
    let number: AssetNumber = number.parse().map_err(|_| PageError::NotFound)?;
    if number.prefix != viewer.workspace.number_prefix {
        return Err(PageError::NotFound);
    }
    let mut conn = services.pool.get().await?;
    let asset = assets::by_number(&mut conn, viewer.workspace.id, number.count).await?.ok_or(PageError::NotFound)?;
    let rights = rights::of_assets(&mut conn, viewer.subject(), &[asset.id]).await?;
    let rights = rights.get(&asset.id).copied().unwrap_or(viewer.rights);
    if decide_internal((asset.source, asset.original_state), rights, None) {
        Ok((asset, rights))
    } else {
        Err(PageError::NotFound)
    }
}
