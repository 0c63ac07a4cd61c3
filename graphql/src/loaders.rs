//! Batched loading of what the nodes of a page refer to: one statement for a page, however long it is.
//!
//! Made anew for each request and bound to the caller's workspace, so that nothing is seen across either. async-graphql
//! has a loader of its own, which waits on a timer of another thread for each batch; here a batch is closed as soon as
//! the executor has nothing else to do, which was measured to be faster and waits for nothing.

use app::{Error, Services, Viewer};
use diesel::QueryResult;
use domain::Rights;
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
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::oneshot;
use uuid::Uuid;

/// The loaders of a request.
pub(crate) struct Loaders {
    pool: Pool,
    workspace: Uuid,
    subject: Subject,
    assets: Batch<Asset>,
    users: Batch<User>,
    groups: Batch<UserGroup>,
    collections: Batch<Collection>,
    collection_proxies: Batch<Vec<ProxyCount>>,
    proxies: Batch<Vec<Proxy>>,
    attachments: Batch<Vec<Attachment>>,
    rights: Batch<Rights>,
    counters: Batch<AssetCounter>,
    stored_by: Batch<i64>,
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
    pub(crate) async fn asset(&self, id: Uuid) -> Result<Option<Asset>, Error> {
        let (pool, workspace) = (self.pool.clone(), self.workspace);
        let load = async move |ids: Vec<Uuid>| {
            let rows = assets::by_ids(&mut *pool.get().await?, workspace, &ids).await;
            keyed(rows, |row| row.id)
        };
        self.assets.load(id, load).await
    }

    /// A user of the workspace.
    pub(crate) async fn user(&self, id: Uuid) -> Result<Option<User>, Error> {
        let (pool, workspace) = (self.pool.clone(), self.workspace);
        let load = async move |ids: Vec<Uuid>| {
            let rows = users::by_ids(&mut *pool.get().await?, workspace, &ids).await;
            keyed(rows, |row| row.id)
        };
        self.users.load(id, load).await
    }

    /// A group of the workspace.
    pub(crate) async fn group(&self, id: Uuid) -> Result<Option<UserGroup>, Error> {
        let (pool, workspace) = (self.pool.clone(), self.workspace);
        let load = async move |ids: Vec<Uuid>| {
            let rows = user_groups::by_ids(&mut *pool.get().await?, workspace, &ids).await;
            keyed(rows, |row| row.id)
        };
        self.groups.load(id, load).await
    }

    /// A collection that something the caller may see refers to.
    pub(crate) async fn collection(&self, id: Uuid) -> Result<Option<Collection>, Error> {
        let (pool, workspace) = (self.pool.clone(), self.workspace);
        let load = async move |ids: Vec<Uuid>| {
            let rows = collections::by_ids(&mut *pool.get().await?, workspace, &ids).await;
            keyed(rows, |row| row.id)
        };
        self.collections.load(id, load).await
    }

    /// The proxies of a collection's members, counted.
    pub(crate) async fn collection_proxies(&self, collection: Uuid) -> Result<Vec<ProxyCount>, Error> {
        let pool = self.pool.clone();
        let load = async move |ids: Vec<Uuid>| {
            let rows = collections::proxy_counts(&mut *pool.get().await?, &ids).await;
            grouped(rows, |row| row.collection_id)
        };
        Ok(self.collection_proxies.load(collection, load).await?.unwrap_or_default())
    }

    /// What the caller may do with an asset.
    pub(crate) async fn rights(&self, asset: Uuid) -> Result<Rights, Error> {
        let subject = self.subject;
        if subject.everywhere == Rights::ALL {
            return Ok(Rights::ALL);
        }
        let pool = self.pool.clone();
        let load = async move |ids: Vec<Uuid>| Ok(rights::of_assets(&mut *pool.get().await?, subject, &ids).await?);
        Ok(self.rights.load(asset, load).await?.unwrap_or(subject.everywhere))
    }

    /// How many bytes the files take up that a user has added.
    pub(crate) async fn stored_by(&self, user: Uuid) -> Result<i64, Error> {
        let pool = self.pool.clone();
        let load = async move |ids: Vec<Uuid>| {
            Ok(storage_use::of_users(&mut *pool.get().await?, &ids).await?.into_iter().collect())
        };
        Ok(self.stored_by.load(user, load).await?.unwrap_or_default())
    }

    /// How often an asset was opened through links.
    pub(crate) async fn counter(&self, asset: Uuid) -> Result<Option<AssetCounter>, Error> {
        let pool = self.pool.clone();
        let load = async move |ids: Vec<Uuid>| {
            let rows = assets::counters(&mut *pool.get().await?, &ids).await;
            keyed(rows, |row| row.asset_id)
        };
        self.counters.load(asset, load).await
    }

    /// The proxies of an asset that the caller may see.
    pub(crate) async fn proxies(&self, asset: Uuid) -> Result<Vec<Proxy>, Error> {
        let pool = self.pool.clone();
        let load = async move |ids: Vec<Uuid>| {
            let rows = proxies::of_assets(&mut *pool.get().await?, &ids).await;
            grouped(rows, |row| row.asset_id)
        };
        Ok(self.proxies.load(asset, load).await?.unwrap_or_default())
    }

    /// The attachments of an asset that the caller may see.
    pub(crate) async fn attachments(&self, asset: Uuid) -> Result<Vec<Attachment>, Error> {
        let pool = self.pool.clone();
        let load = async move |ids: Vec<Uuid>| {
            let rows = attachments::of_assets(&mut *pool.get().await?, &ids).await;
            grouped(rows, |row| row.asset_id)
        };
        Ok(self.attachments.load(asset, load).await?.unwrap_or_default())
    }
}

type Found<V> = Result<HashMap<Uuid, V>, Error>;
type PendingBatch<V> = Vec<(Uuid, oneshot::Sender<Result<Option<V>, Error>>)>;

/// Those who wait for the next batch.
struct Batch<V>(Arc<Mutex<PendingBatch<V>>>);

impl<V> Default for Batch<V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<V: Clone + Send + 'static> Batch<V> {
    /// Loads `id` together with all that are asked for in the same turn of the executor. The first one to ask brings
    /// the batch on its way.
    async fn load<F, L>(&self, id: Uuid, load: L) -> Result<Option<V>, Error>
    where
        F: Future<Output = Found<V>> + Send,
        L: FnOnce(Vec<Uuid>) -> F + Send + 'static,
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
                let mut ids: Vec<Uuid> = waiting.iter().map(|(id, _)| *id).collect();
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

fn keyed<V>(rows: QueryResult<Vec<V>>, key: impl Fn(&V) -> Uuid) -> Found<V> {
    Ok(rows?.into_iter().map(|row| (key(&row), row)).collect())
}

fn grouped<V>(rows: QueryResult<Vec<V>>, key: impl Fn(&V) -> Uuid) -> Found<Vec<V>> {
    let mut groups: HashMap<Uuid, Vec<V>> = HashMap::new();
    for row in rows? {
        groups.entry(key(&row)).or_default().push(row);
    }
    Ok(groups)
}
