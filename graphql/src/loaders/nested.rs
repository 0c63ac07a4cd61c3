//! The pages and counts of connections below the nodes of another page.

use super::{Batches, Loaders, grouped};
use app::Error;
use domain::{AssetId, CollectionId, UserGroupId};
use futures::FutureExt;
use schema::{
    Count, Slice,
    assets::Asset,
    collections::{self, Collection},
    link_listing::{self, LinkFilter, LinkOrder, LinkPage, Target},
    links::Link,
    user_groups,
    users::User,
};
use uuid::Uuid;

/// The arguments of a page of links.
type LinkArgs = (Target, LinkFilter, LinkOrder, LinkPage);
/// The arguments of a page of members: the length, and the position after which it begins.
type MemberArgs = (i64, Option<i64>);

/// The arguments of a page of collections: the length, and the collection after which it begins.
type CollectionArgs = (i64, Option<Uuid>);

/// The batches of these pages and counts.
#[derive(Default)]
pub(super) struct NestedBatches {
    links: Batches<LinkArgs, Uuid, Slice<Link>>,
    link_counts: Batches<(Target, LinkFilter), Uuid, Count>,
    members: Batches<MemberArgs, Uuid, Slice<(i64, Asset)>>,
    member_counts: Batches<(), Uuid, Count>,
    collections: Batches<CollectionArgs, Uuid, Slice<Collection>>,
    collection_counts: Batches<(), Uuid, Count>,
    group_members: Batches<(), UserGroupId, Vec<User>>,
}

impl Loaders {
    /// A page of the links to an asset or a collection that the caller may see.
    pub(crate) async fn links_to(&self, target: Target, id: Uuid, args: LinksTo) -> Result<Slice<Link>, Error> {
        let LinksTo { filter, order, page } = args;
        let args: LinkArgs = (target, filter, order, page);
        let (batch, clock) = (self.nested.links.of(&args), self.clock.clone());
        let slice = self.load(&batch, id, move |conn, scope, ids| {
            async move {
                let (target, filter, order, page) = args;
                let sorted = (order, &page);
                link_listing::list_each(conn, (target, ids), scope.visible_links, &filter, sorted, clock.now()).await
            }
            .boxed()
        });
        slice.await?.ok_or_else(|| Error::internal("a page is missing"))
    }

    /// How many links to an asset or a collection the caller may see.
    pub(crate) async fn link_count(&self, target: Target, id: Uuid, filter: LinkFilter) -> Result<Count, Error> {
        let args = (target, filter);
        let (batch, clock) = (self.nested.link_counts.of(&args), self.clock.clone());
        let count = self.load(&batch, id, move |conn, scope, ids| {
            async move {
                let (target, filter) = args;
                link_listing::count_each(conn, (target, ids), scope.visible_links, &filter, clock.now()).await
            }
            .boxed()
        });
        Ok(count.await?.unwrap_or(Count::exact(0)))
    }

    /// A page of the members of a collection that the caller may see, with their positions.
    pub(crate) async fn members(
        &self,
        id: CollectionId,
        limit: i64,
        after: Option<i64>,
    ) -> Result<Slice<(i64, Asset)>, Error> {
        let batch = self.nested.members.of(&(limit, after));
        let slice = self.load(&batch, id.uuid(), move |conn, scope, ids| {
            collections::members_of_each(conn, ids, (limit, after), scope.visible_assets.reader).boxed()
        });
        slice.await?.ok_or_else(|| Error::internal("a page is missing"))
    }

    /// How many members a collection has that the caller may see.
    pub(crate) async fn member_count(&self, id: CollectionId) -> Result<Count, Error> {
        let batch = self.nested.member_counts.of(&());
        let count = self.load(&batch, id.uuid(), |conn, scope, ids| {
            collections::member_counts(conn, ids, scope.visible_assets.reader).boxed()
        });
        Ok(count.await?.unwrap_or(Count::exact(0)))
    }

    /// A page of the collections that hold an asset and that the caller may see.
    pub(crate) async fn collections_of(
        &self,
        id: AssetId,
        limit: i64,
        after: Option<Uuid>,
    ) -> Result<Slice<Collection>, Error> {
        let batch = self.nested.collections.of(&(limit, after));
        let slice = self.load(&batch, id.uuid(), move |conn, scope, ids| {
            collections::holding_each(conn, scope.visible_collections, ids, limit, after).boxed()
        });
        slice.await?.ok_or_else(|| Error::internal("a page is missing"))
    }

    /// How many collections hold an asset that the caller may see.
    pub(crate) async fn collection_count(&self, id: AssetId) -> Result<Count, Error> {
        let batch = self.nested.collection_counts.of(&());
        let count = self.load(&batch, id.uuid(), |conn, scope, ids| {
            collections::count_holding(conn, scope.visible_collections, ids).boxed()
        });
        Ok(count.await?.unwrap_or(Count::exact(0)))
    }

    /// The members of a group of the caller's workspace, by name.
    pub(crate) async fn group_members(&self, group: UserGroupId) -> Result<Vec<User>, Error> {
        let batch = self.nested.group_members.of(&());
        let members = self.load(&batch, group, |conn, _, ids| {
            async move {
                let members = grouped(user_groups::members(conn, ids), |(group, _)| *group).await?;
                Ok(members
                    .into_iter()
                    .map(|(id, rows)| (id, rows.into_iter().map(|(_, user)| user).collect()))
                    .collect())
            }
            .boxed()
        });
        Ok(members.await?.unwrap_or_default())
    }
}

/// Which page of the links to an asset or a collection is wanted.
pub(crate) struct LinksTo {
    pub(crate) filter: LinkFilter,
    pub(crate) order: LinkOrder,
    pub(crate) page: LinkPage,
}
