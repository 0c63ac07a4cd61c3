//! More members for a collection.

use super::{find::editable, members};
use crate::{MutationError, Services, Viewer};
use diesel_async::AsyncConnection;
use domain::{AssetId, CollectionId};
use schema::{
    access_rules,
    collections::{self, Collection},
    links, pictures,
};

/// Puts assets at the end of a collection, in this order; assets that are in it stay where they are. The viewer must
/// have all the rights that come with the collection, and where links lead to it, the right to share and those on what
/// these links hand out. Either all are put in or none.
pub async fn add_to_collection(
    services: &Services,
    viewer: &Viewer,
    collection: Option<CollectionId>,
    assets: &[Option<AssetId>],
) -> Result<Collection, MutationError> {
    let collection = editable(services, viewer, collection, "collectionId").await?;
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        collections::lock(conn, collection.id).await?;
        let needed = access_rules::given_by_collection(conn, collection.id).await?
            | links::handed_out_of(conn, collection.id).await?;
        let members = members::check(services, viewer, conn, assets, needed).await?;
        collections::add(conn, collection.id, &members).await?;
        pictures::ensure_proxies_for_collection(conn, collection.id, &members, services.now()).await?;
        Ok(collection)
    })
    .await
}
