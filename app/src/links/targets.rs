//! What the links of a list lead to, and who made them.

use crate::{Error, Viewer};
use diesel_async::AsyncPgConnection;
use domain::{AssetId, CollectionId, UserId};
use schema::{
    assets::{self, Asset},
    collections::{self, Collection},
    links::Link,
    users::{self, User},
};
use std::collections::HashMap;

/// What some links lead to, and who made them.
#[derive(Debug, Default)]
pub struct Targets {
    assets: HashMap<AssetId, Asset>,
    collections: HashMap<CollectionId, Collection>,
    creators: HashMap<UserId, User>,
}

impl Targets {
    /// Loads them, in three statements however many links there are. Links that the viewer may see refer to collections
    /// that the viewer may not list.
    pub async fn load(conn: &mut AsyncPgConnection, viewer: &Viewer, links: &[Link]) -> Result<Self, Error> {
        let workspace = viewer.workspace.id;
        let asset_ids: Vec<AssetId> = links.iter().filter_map(|link| link.asset_id).collect();
        let collection_ids: Vec<CollectionId> = links.iter().filter_map(|link| link.collection_id).collect();
        let creator_ids: Vec<UserId> = links.iter().map(|link| link.created_by).collect();
        let assets = assets::by_ids(conn, workspace, &asset_ids).await?;
        let collections = collections::by_ids(conn, workspace, &collection_ids).await?;
        let creators = users::by_ids(conn, workspace, &creator_ids).await?;
        Ok(Self {
            assets: assets.into_iter().map(|row| (row.id, row)).collect(),
            collections: collections.into_iter().map(|row| (row.id, row)).collect(),
            creators: creators.into_iter().map(|row| (row.id, row)).collect(),
        })
    }

    /// The asset that a link leads to.
    pub fn asset(&self, link: &Link) -> Option<&Asset> {
        self.assets.get(&link.asset_id?)
    }

    /// The collection that a link leads to.
    pub fn collection(&self, link: &Link) -> Option<&Collection> {
        self.collections.get(&link.collection_id?)
    }

    /// The user who made a link.
    pub fn creator(&self, link: &Link) -> Option<&User> {
        self.creators.get(&link.created_by)
    }
}
