//! Fewer members for a collection.

use super::find::editable;
use crate::{MutationError, Services, Viewer};
use domain::{AssetId, CollectionId};
use schema::collections::{self, Collection};

/// Takes assets out of a collection; links to it no longer show them. The assets stay in the library.
pub async fn remove_from_collection(
    services: &Services,
    viewer: &Viewer,
    collection: Option<CollectionId>,
    assets: &[AssetId],
) -> Result<Collection, MutationError> {
    let collection = editable(services, viewer, collection, "collectionId").await?;
    collections::remove(&mut *services.pool.get().await?, collection.id, assets).await?;
    Ok(collection)
}
