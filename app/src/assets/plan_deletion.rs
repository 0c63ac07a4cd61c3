//! What a deletion would do, to be told before.

use super::delete_assets::{check_number, refusal};
use crate::{MutationError, Services, Viewer};
use domain::{AssetId, Rights};
use schema::{
    assets::{self, Asset},
    collections, deleted_assets, rights,
};
use std::collections::HashMap;

/// What `delete_assets` would do with some assets.
pub struct DeletionPlan {
    /// The assets that would be deleted, in the order of the call.
    pub assets: Vec<Asset>,
    /// The title of each other asset, if the viewer may know it, and why it would stay.
    pub left_out: Vec<(Option<String>, &'static str)>,
    /// How many links to the assets would stop working.
    pub links: i64,
    /// How many collections, of those that the viewer sees, would go on without them.
    pub collections: i64,
}

/// Tells which of these assets the viewer may delete, and what hangs on them. Each id is there once.
pub async fn plan_deletion(
    services: &Services,
    viewer: &Viewer,
    ids: &[AssetId],
) -> Result<DeletionPlan, MutationError> {
    check_number(services, ids.len())?;
    let mut conn = services.pool.get().await?;
    let found = assets::by_ids(&mut conn, viewer.workspace.id, ids).await?;
    let found_ids: Vec<AssetId> = found.iter().map(|asset| asset.id).collect();
    let rights: HashMap<AssetId, Rights> = rights::of_assets(&mut conn, viewer.subject(), &found_ids).await?;
    let mut found: HashMap<AssetId, Asset> = found.into_iter().map(|asset| (asset.id, asset)).collect();
    let (mut deleted, mut left_out) = (Vec::new(), Vec::new());
    for id in ids {
        let (asset, rights) = (found.remove(id), rights.get(id).copied());
        match (asset, refusal(rights, true)) {
            (Some(asset), None) => deleted.push(asset),
            (asset, Some((_, why))) => {
                let may_know = rights.is_some_and(|rights| rights.has(domain::Right::Read));
                left_out.push((asset.map(|asset| asset.title).filter(|_| may_know), why));
            }
            (None, None) => {}
        }
    }
    let ids: Vec<AssetId> = deleted.iter().map(|asset| asset.id).collect();
    let links = deleted_assets::count_links_to(&mut conn, &ids, services.now()).await?;
    let collections = collections::count_holding_any(&mut conn, viewer.visible_collections(), &ids).await?;
    Ok(DeletionPlan { assets: deleted, left_out, links, collections })
}
