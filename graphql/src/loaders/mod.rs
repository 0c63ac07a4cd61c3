//! Loads what the nodes of a page refer to in batches: one statement for a page of any size.
//!
//! Each request has loaders of its own, bound to the caller's workspace, so that nothing is shared between callers.
//! async-graphql has loaders, too, whose batches wait for a timer on another thread. Here a batch is loaded as soon as
//! the executor has nothing else to do, which measurements showed to be faster.

mod batch;
mod nested;

pub(crate) use nested::LinksTo;

use crate::context::Reads;
use app::{Error, Services, Viewer};
use batch::{Batch, Batches};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use domain::{AssetId, Clock, CollectionId, Rights, UserGroupId, UserId, WorkspaceId, statistics::Period};
use futures::{FutureExt, TryFutureExt, future::BoxFuture};
use nested::NestedBatches;
use schema::{
    VisibleAssets, VisibleLinks,
    assets::{self, Asset, AssetCounter},
    attachments::{self, Attachment},
    collections::{self, Collection, ProxyCount, VisibleCollections},
    deleted_assets,
    proxies::{self, Proxy},
    rights::{self, Subject},
    statistics::{self, Counted, Counts, DayCounts},
    storage_use,
    user_groups::{self, UserGroup},
    users::{self, User},
};
use std::{collections::HashMap, future::ready, hash::Hash, sync::Arc};

/// The workspace and the rights of the caller, and which assets, links and collections they may see.
#[derive(Clone, Copy)]
struct Scope {
    workspace: WorkspaceId,
    subject: Subject,
    visible_assets: VisibleAssets,
    visible_links: VisibleLinks,
    visible_collections: VisibleCollections,
}

/// The loaders of a request.
pub(crate) struct Loaders {
    reads: Reads,
    clock: Clock,
    scope: Scope,
    assets: Batch<AssetId, Arc<Asset>>,
    users: Batch<UserId, Arc<User>>,
    groups: Batch<UserGroupId, UserGroup>,
    collections: Batch<CollectionId, Collection>,
    collection_proxies: Batch<CollectionId, Vec<ProxyCount>>,
    proxies: Batch<AssetId, Vec<Proxy>>,
    attachments: Batch<AssetId, Vec<Attachment>>,
    rights: Batch<AssetId, Rights>,
    counters: Batch<AssetId, AssetCounter>,
    stored_by: Batch<UserId, i64>,
    counts: Batches<Option<Period>, Counted, Counts>,
    days: Batches<Period, Counted, Vec<DayCounts>>,
    nested: NestedBatches,
}

/// Makes the loaders of a request, which reads there.
pub(crate) fn of_request(services: &Services, viewer: &Viewer, reads: &Reads) -> Loaders {
    let (workspace, subject) = (viewer.workspace.id, viewer.subject());
    Loaders {
        reads: reads.clone(),
        clock: services.clock.clone(),
        scope: Scope {
            workspace,
            subject,
            visible_assets: viewer.visible_assets(),
            visible_links: viewer.visible_links(),
            visible_collections: viewer.visible_collections(),
        },
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
        counts: Batches::default(),
        days: Batches::default(),
        nested: NestedBatches::default(),
    }
}

impl Loaders {
    /// An asset of the workspace, also in the bin.
    pub(crate) async fn asset(&self, id: AssetId) -> Result<Option<Arc<Asset>>, Error> {
        self.load(&self.assets, id, |conn, scope, ids| load_assets(conn, scope, ids)).await
    }

    /// A user of the workspace.
    pub(crate) async fn user(&self, id: UserId) -> Result<Option<Arc<User>>, Error> {
        self.load(&self.users, id, |conn, scope, ids| load_users(conn, scope, ids)).await
    }

    /// Loads what links refer to ahead of their fields, which then wait for nothing, by two statements that are sent together.
    /// What is not there, the fields look for themselves.
    pub(crate) async fn load_ahead(
        &self,
        targets: impl Iterator<Item = AssetId>,
        creators: impl Iterator<Item = UserId>,
    ) -> Result<(), Error> {
        let (targets, creators) = (self.assets.missing(targets), self.users.missing(creators));
        if targets.is_empty() && creators.is_empty() {
            return Ok(());
        }
        let conn = self.reads.connection().await?;
        let (targets, creators) =
            tokio::join!(load_assets(&conn, self.scope, &targets), load_users(&conn, self.scope, &creators));
        self.assets.keep(targets?);
        self.users.keep(creators?);
        Ok(())
    }

    /// A group of the workspace.
    pub(crate) async fn group(&self, id: UserGroupId) -> Result<Option<UserGroup>, Error> {
        let load: Load<UserGroupId, UserGroup> =
            |conn, scope, ids| keyed(user_groups::by_ids(conn, scope.workspace, ids), |row| row.id).boxed();
        self.load(&self.groups, id, load).await
    }

    /// A collection of the workspace, also one that the caller may not list: something that the caller may see refers
    /// to it.
    pub(crate) async fn collection(&self, id: CollectionId) -> Result<Option<Collection>, Error> {
        let load: Load<CollectionId, Collection> =
            |conn, scope, ids| keyed(collections::by_ids(conn, scope.workspace, ids), |row| row.id).boxed();
        self.load(&self.collections, id, load).await
    }

    /// The proxies of a collection's members, counted.
    pub(crate) async fn collection_proxies(&self, collection: CollectionId) -> Result<Vec<ProxyCount>, Error> {
        let load: Load<CollectionId, Vec<ProxyCount>> =
            |conn, _, ids| grouped(collections::proxy_counts(conn, ids), |row| row.collection_id).boxed();
        Ok(self.load(&self.collection_proxies, collection, load).await?.unwrap_or_default())
    }

    /// The caller's rights on an asset. They are read on the primary, because what was granted or revoked counts at once.
    pub(crate) async fn rights(&self, asset: AssetId) -> Result<Rights, Error> {
        let everywhere = self.scope.subject.everywhere;
        if everywhere == Rights::ALL {
            return Ok(Rights::ALL);
        }
        let load: Load<AssetId, Rights> = |conn, scope, ids| rights::of_assets(conn, scope.subject, ids).boxed();
        let (reads, scope) = (self.reads.clone(), self.scope);
        let rights =
            self.rights.load(asset, async move |ids| Ok(load(&mut *reads.primary().await?, scope, &ids).await?));
        Ok(rights.await?.unwrap_or(everywhere))
    }

    /// How many bytes the files take up that a user has added.
    pub(crate) async fn stored_by(&self, user: UserId) -> Result<i64, Error> {
        let load: Load<UserId, i64> =
            |conn, _, ids| async { Ok(storage_use::of_users(conn, ids).await?.into_iter().collect()) }.boxed();
        Ok(self.load(&self.stored_by, user, load).await?.unwrap_or_default())
    }

    /// How often an asset was opened through links.
    pub(crate) async fn counter(&self, asset: AssetId) -> Result<Option<AssetCounter>, Error> {
        let load: Load<AssetId, AssetCounter> =
            |conn, _, ids| keyed(assets::counters(conn, ids), |row| row.asset_id).boxed();
        self.load(&self.counters, asset, load).await
    }

    /// What visitors did in a period, or ever.
    pub(crate) async fn counts(&self, of: Counted, period: Option<Period>) -> Result<Counts, Error> {
        let batch = self.counts.of(&period);
        let loaded = self.load(&batch, of, move |conn, _, ids| {
            async move { Ok(statistics::sums(conn, ids, period).await?.into_iter().collect()) }.boxed()
        });
        Ok(loaded.await?.unwrap_or_default())
    }

    /// What visitors did on each day of a period on which they did something.
    pub(crate) async fn days(&self, of: Counted, period: Period) -> Result<Vec<DayCounts>, Error> {
        let batch = self.days.of(&period);
        let loaded = self.load(&batch, of, move |conn, _, ids| {
            async move {
                let mut days: HashMap<Counted, Vec<DayCounts>> = HashMap::new();
                for (of, day) in statistics::days(conn, ids, period).await? {
                    days.entry(of).or_default().push(day);
                }
                Ok(days)
            }
            .boxed()
        });
        Ok(loaded.await?.unwrap_or_default())
    }

    /// The proxies of an asset that the caller may see.
    pub(crate) async fn proxies(&self, asset: AssetId) -> Result<Vec<Proxy>, Error> {
        let load: Load<AssetId, Vec<Proxy>> =
            |conn, _, ids| grouped(proxies::of_assets(conn, ids), |row| row.asset_id).boxed();
        Ok(self.load(&self.proxies, asset, load).await?.unwrap_or_default())
    }

    /// The attachments of an asset that the caller may see.
    pub(crate) async fn attachments(&self, asset: AssetId) -> Result<Vec<Attachment>, Error> {
        let load: Load<AssetId, Vec<Attachment>> =
            |conn, _, ids| grouped(attachments::of_assets(conn, ids), |row| row.asset_id).boxed();
        Ok(self.load(&self.attachments, asset, load).await?.unwrap_or_default())
    }

    /// Loads `id` in a batch.
    async fn load<Id, V, L>(&self, batch: &Batch<Id, V>, id: Id, load: L) -> Result<Option<V>, Error>
    where
        Id: Copy + Ord + Hash + Send + Sync + 'static,
        V: Clone + Send + 'static,
        L: for<'c> FnOnce(&'c mut AsyncPgConnection, Scope, &'c [Id]) -> BoxFuture<'c, QueryResult<HashMap<Id, V>>>
            + Send
            + 'static,
    {
        let (reads, scope) = (self.reads.clone(), self.scope);
        batch.load(id, async move |ids| Ok(load(&mut *reads.connection().await?, scope, &ids).await?)).await
    }
}

/// Loads the rows of some ids in one statement.
type Load<Id, V> = for<'c> fn(&'c mut AsyncPgConnection, Scope, &'c [Id]) -> BoxFuture<'c, QueryResult<HashMap<Id, V>>>;

fn load_assets<'c>(conn: &'c AsyncPgConnection, scope: Scope, ids: &'c [AssetId]) -> Shared<'c, AssetId, Asset> {
    shared(ids, deleted_assets::by_ids(conn, scope.workspace, ids), |row| row.id)
}

fn load_users<'c>(conn: &'c AsyncPgConnection, scope: Scope, ids: &'c [UserId]) -> Shared<'c, UserId, User> {
    shared(ids, users::by_ids(conn, scope.workspace, ids), |row| row.id)
}

/// Rows that several resolvers may have, by their ids.
type Shared<'c, Id, V> = BoxFuture<'c, QueryResult<HashMap<Id, Arc<V>>>>;

/// The rows of these ids; of none, without asking for any.
fn shared<'c, Id, V>(
    ids: &[Id],
    rows: impl Future<Output = QueryResult<Vec<V>>> + Send + 'c,
    key: fn(&V) -> Id,
) -> Shared<'c, Id, V>
where
    Id: Eq + Hash + Send + 'c,
    V: Send + Sync + 'c,
{
    if ids.is_empty() {
        return ready(Ok(HashMap::new())).boxed();
    }
    rows.map_ok(move |rows| rows.into_iter().map(|row| (key(&row), Arc::new(row))).collect()).boxed()
}

/// The rows by a key that each row has of its own.
async fn keyed<Id: Eq + Hash, V>(
    rows: impl Future<Output = QueryResult<Vec<V>>>,
    key: impl Fn(&V) -> Id,
) -> QueryResult<HashMap<Id, V>> {
    Ok(rows.await?.into_iter().map(|row| (key(&row), row)).collect())
}

/// The rows by a key that several rows share.
async fn grouped<Id: Eq + Hash, V>(
    rows: impl Future<Output = QueryResult<Vec<V>>>,
    key: impl Fn(&V) -> Id,
) -> QueryResult<HashMap<Id, Vec<V>>> {
    let mut groups: HashMap<Id, Vec<V>> = HashMap::new();
    for row in rows.await? {
        groups.entry(key(&row)).or_default().push(row);
    }
    Ok(groups)
}
