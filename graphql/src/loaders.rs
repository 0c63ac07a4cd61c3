//! Batched loading of what the nodes of a page refer to: one statement for a page, however long it is.
//!
//! Made anew for each request and bound to the caller's workspace, so that nothing is seen across either.

use crate::{Error, Services};
use async_graphql::dataloader::{DataLoader, Loader};
use schema::{
    Pool,
    assets::{self, Asset},
    attachments::{self, Attachment},
    proxies::{self, Proxy},
    users::{self, User},
};
use std::{collections::HashMap, time::Duration};
use uuid::Uuid;

pub(crate) struct Source {
    pool: Pool,
    workspace: Uuid,
}

/// Loads by id, in batches.
pub(crate) type Loaders = DataLoader<Source>;

/// Makes the loaders of a request.
pub(crate) fn of_request(services: &Services, workspace: Uuid) -> Loaders {
    // The keys of a page are asked for in one turn of the executor; there is nothing to wait for.
    DataLoader::new(Source { pool: services.pool.clone(), workspace }, tokio::spawn).delay(Duration::ZERO)
}

/// An asset, by id.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct AssetId(pub(crate) Uuid);

/// A user, by id.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct UserId(pub(crate) Uuid);

/// The proxies of an asset.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct ProxiesOf(pub(crate) Uuid);

/// The attachments of an asset.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct AttachmentsOf(pub(crate) Uuid);

impl Loader<AssetId> for Source {
    type Value = Asset;
    type Error = Error;

    async fn load(&self, keys: &[AssetId]) -> Result<HashMap<AssetId, Asset>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut conn = self.pool.get().await?;
        let rows = assets::by_ids(&mut conn, self.workspace, &ids).await?;
        Ok(rows.into_iter().map(|row| (AssetId(row.id), row)).collect())
    }
}

impl Loader<UserId> for Source {
    type Value = User;
    type Error = Error;

    async fn load(&self, keys: &[UserId]) -> Result<HashMap<UserId, User>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut conn = self.pool.get().await?;
        let rows = users::by_ids(&mut conn, self.workspace, &ids).await?;
        Ok(rows.into_iter().map(|row| (UserId(row.id), row)).collect())
    }
}

impl Loader<ProxiesOf> for Source {
    type Value = Vec<Proxy>;
    type Error = Error;

    async fn load(&self, keys: &[ProxiesOf]) -> Result<HashMap<ProxiesOf, Vec<Proxy>>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut conn = self.pool.get().await?;
        let rows = proxies::of_assets(&mut conn, &ids).await?;
        Ok(grouped(rows, |row| ProxiesOf(row.asset_id)))
    }
}

impl Loader<AttachmentsOf> for Source {
    type Value = Vec<Attachment>;
    type Error = Error;

    async fn load(&self, keys: &[AttachmentsOf]) -> Result<HashMap<AttachmentsOf, Vec<Attachment>>, Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut conn = self.pool.get().await?;
        let rows = attachments::of_assets(&mut conn, &ids).await?;
        Ok(grouped(rows, |row| AttachmentsOf(row.asset_id)))
    }
}

fn grouped<K: Eq + std::hash::Hash, V>(rows: Vec<V>, key: impl Fn(&V) -> K) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}
