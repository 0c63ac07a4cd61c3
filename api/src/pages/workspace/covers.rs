//! The assets whose picture can stand for a link to several.

use crate::pages::PageError;
use app::{Services, Viewer};
use domain::{AssetId, node_id::NodeId, sharing::Offer};
use schema::assets;

/// How many can be chosen from.
const MOST: i64 = 100;

/// An asset that can be the cover.
pub(super) struct CoverView {
    pub(super) id: String,
    pub(super) title: String,
}

/// The first shown assets with a picture, after the one that is chosen now.
pub(super) async fn covers(
    services: &Services,
    viewer: &Viewer,
    offer: &Offer,
    chosen: Option<AssetId>,
) -> Result<Vec<CoverView>, PageError> {
    let mut conn = services.pool.get().await?;
    let found = assets::titles_with_picture(&mut conn, viewer.workspace.id, &offer.covers, chosen, MOST).await?;
    Ok(found.into_iter().map(|(id, title)| CoverView { id: id.node_id(), title }).collect())
}
