//! The assets that a share leaves out, by name and with the reason.

use super::templates::{LeftOut, LeftOutAsset};
use crate::pages::PageError;
use app::{Services, Viewer, offers::why_not_shareable};
use domain::{AssetId, node_id::NodeId, sharing::NotShareable};
use schema::assets;
use std::collections::HashMap;

/// How many are named.
const NAMED: usize = 50;

/// The assets that are left out, by name as far as the viewer may know it.
pub(super) async fn left_out(
    services: &Services,
    viewer: &Viewer,
    skipped: &[(String, NotShareable)],
) -> Result<LeftOut, PageError> {
    let named = &skipped[..skipped.len().min(NAMED)];
    let seen = named.iter().filter(|(_, reason)| *reason != NotShareable::NotFound);
    let ids: Vec<AssetId> = seen.filter_map(|(id, _)| AssetId::from_node_id(id)).collect();
    let found = assets::by_ids(&mut *services.pool.get().await?, viewer.workspace.id, &ids).await?;
    let titles: HashMap<String, String> = found.into_iter().map(|row| (row.id.node_id(), row.title)).collect();
    let asset = |(id, reason): &(String, NotShareable)| LeftOutAsset {
        title: titles.get(id).cloned().unwrap_or_else(|| "An asset that is gone".to_owned()),
        reason: why_not_shareable(*reason),
    };
    Ok(LeftOut { named: named.iter().map(asset).collect(), count: skipped.len() })
}
