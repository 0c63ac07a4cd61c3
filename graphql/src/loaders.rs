//! Batched loading of what the nodes of a page refer to: one statement for a page, however long it is.
//!
//! Made anew for each request and bound to the caller's workspace, so that nothing is seen across either. async-graphql
//! has a loader of its own, which waits on a timer of another thread for each batch; here a batch is closed as soon as
//! the executor has nothing else to do, which was measured to be faster and waits for nothing.

use app::{Error, Services, Viewer};
use diesel::QueryResult;
use domain::{AssetId, CollectionId, Rights, UserGroupId, UserId, WorkspaceId};
use schema::{
    Pool,
    assets::{self, Asset, AssetCounter},
    attachments::{self, Attachment},
    collections::{self, Collection, ProxyCount},
    proxies::{self, Proxy},
    rights::{self, Subject},
    storage_use,
    user_groups::{self, UserGroup},
    users::{self, User},
};
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::oneshot;

/// The loaders of a request.
pub(crate) struct Loaders {
    pool: Pool,
    workspace: WorkspaceId,
    subject: Subject,
    assets: Batch<AssetId, Asset>,
    users: Batch<UserId, User>,
    groups: Batch<UserGroupId, UserGroup>,
    collections: Batch<CollectionId, Collection>,
    collection_proxies: Batch<CollectionId, Vec<ProxyCount>>,
    proxies: Batch<AssetId, Vec<Proxy>>,
    attachments: Batch<AssetId, Vec<Attachment>>,
    rights: Batch<AssetId, Rights>,
    counters: Batch<AssetId, AssetCounter>,
    stored_by: Batch<UserId, i64>,
}

/// Makes the loaders of a request.
pub(crate) fn of_request(services: &Services, viewer: &Viewer) -> Loaders {
    Loaders {
        pool: services.pool.clone(),
        workspace: viewer.workspace.id,
        subject: viewer.subject(),
        assets: Batch::default(),
        users: Batch::default(),
        groups: Batch::default(),
        collections: Batch::default(),
        collection_proxies: Batch::default(),
        proxies: Batch::default(),
        attachments: Batch::default(),
        rights: Batch::default(),
        counters: Batch::default(),
        stored_by: Batch::default(),
    }
}

impl Loaders {
    /// An asset of the workspace.
    pub(crate) async fn asset(&self, id: AssetId) -> Result<Option<Asset>, Error> {
        let (pool, workspace) = (self.pool.clone(), self.workspace);
        let load = async move |ids: Vec<_>| {
            let rows = assets::by_ids(&mut *pool.get().await?, workspace, &ids).await;
            keyed(rows, |row| row.id)
        };
        self.assets.load(id, load).await
    }

    /// A user of the workspace.
    pub(crate) async fn user(&self, id: UserId) -> Result<Option<User>, Error> {
        let (pool, workspace) = (self.pool.clone(), self.workspace);
        let load = async move |ids: Vec<_>| {
            let rows = users::by_ids(&mut *pool.get().await?, workspace, &ids).await;
            keyed(rows, |row| row.id)
        };
        self.users.load(id, load).await
    }

    /// A group of the workspace.
    pub(crate) async fn group(&self, id: UserGroupId) -> Result<Option<UserGroup>, Error> {
        let (pool, workspace) = (self.pool.clone(), self.workspace);
        let load = async move |ids: Vec<_>| {
            let rows = user_groups::by_ids(&mut *pool.get().await?, workspace, &ids).await;
            keyed(rows, |row| row.id)
        };
        self.groups.load(id, load).await
    }

    /// A collection that something the caller may see refers to.
    pub(crate) async fn collection(&self, id: CollectionId) -> Result<Option<Collection>, Error> {
        let (pool, workspace) = (self.pool.clone(), self.workspace);
        let load = async move |ids: Vec<_>| {
            let rows = collections::by_ids(&mut *pool.get().await?, workspace, &ids).await;
            keyed(rows, |row| row.id)
        };
        self.collections.load(id, load).await
    }

    /// The proxies of a collection's members, counted.
    pub(crate) async fn collection_proxies(&self, collection: CollectionId) -> Result<Vec<ProxyCount>, Error> {
        let pool = self.pool.clone();
        let load = async move |ids: Vec<_>| {
            let rows = collections::proxy_counts(&mut *pool.get().await?, &ids).await;
            grouped(rows, |row| row.collection_id)
        };
        Ok(self.collection_proxies.load(collection, load).await?.unwrap_or_default())
    }

    /// What the caller may do with an asset.
    pub(crate) async fn rights(&self, asset: AssetId) -> Result<Rights, Error> {
        let subject = self.subject;
        if subject.everywhere == Rights::ALL {
            return Ok(Rights::ALL);
        }
        let pool = self.pool.clone();
        let load = async move |ids: Vec<_>| Ok(rights::of_assets(&mut *pool.get().await?, subject, &ids).await?);
        Ok(self.rights.load(asset, load).await?.unwrap_or(subject.everywhere))
    }

    /// How many bytes the files take up that a user has added.
    pub(crate) async fn stored_by(&self, user: UserId) -> Result<i64, Error> {
        let pool = self.pool.clone();
        let load = async move |ids: Vec<_>| {
            Ok(storage_use::of_users(&mut *pool.get().await?, &ids).await?.into_iter().collect())
        };
        Ok(self.stored_by.load(user, load).await?.unwrap_or_default())
    }

    /// How often an asset was opened through links.
    pub(crate) async fn counter(&self, asset: AssetId) -> Result<Option<AssetCounter>, Error> {
        let pool = self.pool.clone();
        let load = async move |ids: Vec<_>| {
            let rows = assets::counters(&mut *pool.get().await?, &ids).await;
            keyed(rows, |row| row.asset_id)
        };
        self.counters.load(asset, load).await
    }

    /// The proxies of an asset that the caller may see.
    pub(crate) async fn proxies(&self, asset: AssetId) -> Result<Vec<Proxy>, Error> {
        let pool = self.pool.clone();
        let load = async move |ids: Vec<_>| {
            let rows = proxies::of_assets(&mut *pool.get().await?, &ids).await;
            grouped(rows, |row| row.asset_id)
        };
        Ok(self.proxies.load(asset, load).await?.unwrap_or_default())
    }

    /// The attachments of an asset that the caller may see.
    pub(crate) async fn attachments(&self, asset: AssetId) -> Result<Vec<Attachment>, Error> {
        let pool = self.pool.clone();
        let load = async move |ids: Vec<_>| {
            let rows = attachments::of_assets(&mut *pool.get().await?, &ids).await;
            grouped(rows, |row| row.asset_id)
        };
        Ok(self.attachments.load(asset, load).await?.unwrap_or_default())
    }
}

type Found<Id, V> = Result<HashMap<Id, V>, Error>;
type PendingBatch<Id, V> = Vec<(Id, oneshot::Sender<Result<Option<V>, Error>>)>;

/// Those who wait for the next batch.
struct Batch<Id, V>(Arc<Mutex<PendingBatch<Id, V>>>);

impl<Id, V> Default for Batch<Id, V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<Id: Copy + Ord + Hash + Send + Sync + 'static, V: Clone + Send + 'static> Batch<Id, V> {
    /// Loads `id` together with all that are asked for in the same turn of the executor. The first one to ask brings
    /// the batch on its way.
    async fn load<F, L>(&self, id: Id, load: L) -> Result<Option<V>, Error>
    where
        F: Future<Output = Found<Id, V>> + Send,
        L: FnOnce(Vec<Id>) -> F + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let is_first = {
            let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.push((id, answer));
            waiting.len() == 1
        };
        if is_first {
            let waiting = Arc::clone(&self.0);
            tokio::spawn(async move {
                let waiting = std::mem::take(&mut *waiting.lock().unwrap_or_else(PoisonError::into_inner));
                let mut ids: Vec<Id> = waiting.iter().map(|(id, _)| *id).collect();
                ids.sort_unstable();
                ids.dedup();
                let found = load(ids).await;
                for (id, answer) in waiting {
                    // Whoever asked may be gone.
                    let _ = answer.send(found.as_ref().map(|found| found.get(&id).cloned()).map_err(Error::clone));
                }
            });
        }
        answered.await.map_err(Error::internal)?
    }
}

fn keyed<Id: Eq + Hash, V>(rows: QueryResult<Vec<V>>, key: impl Fn(&V) -> Id) -> Found<Id, V> {
    Ok(rows?.into_iter().map(|row| (key(&row), row)).collect())
}

fn grouped<Id: Eq + Hash, V>(rows: QueryResult<Vec<V>>, key: impl Fn(&V) -> Id) -> Found<Id, Vec<V>> {
    let mut groups: HashMap<Id, Vec<V>> = HashMap::new();
    for row in rows? {
        groups.entry(key(&row)).or_default().push(row);
    }
    Ok(groups)
}
