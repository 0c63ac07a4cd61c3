//! `Collection` and its connections.

use crate::{
    context,
    paging::{AssetCursor, CountCursor, Cursor, PageArgs, connect_counted},
    types::{
        asset::{Asset, AssetConnection},
        enums::CollectionKind,
        link::{LinkConnection, LinkFilter, LinkOrder, is_same, list_links_to},
        quick::Quick,
        total::{Listing, Total},
        user::User,
    },
};
use app::{Error, search};
use async_graphql::{Context, ID, InputObject, Object, connection::Connection};
use chrono::{DateTime, Utc};
use domain::{CollectionId, node_id::NodeId};
use schema::{collections, link_listing::Target};

/// A named set of assets.
#[derive(Clone)]
pub(crate) struct Collection(pub(crate) collections::Collection);

/// Collections, newest first.
pub(crate) type CollectionConnection = Connection<Cursor, Collection, Total>;

impl Collection {
    /// The collection of this id, if the viewer may see it.
    pub(crate) async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Self>, Error> {
        let viewer = context::viewer(ctx)?;
        let Some(id) = CollectionId::from_node_id(id) else { return Ok(None) };
        Ok(app::collections::find(&mut *context::connection(ctx).await?, viewer, id).await?.map(Self))
    }
}

#[Object]
impl Collection {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.node_id().into()
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    /// An automatic collection can be made a manual one with `updateCollection`.
    async fn kind(&self) -> CollectionKind {
        self.0.kind.into()
    }

    /// Whether only its creator, administrators, and users to whom a rule on it gives `READ` see the collection. A bulk share makes a
    /// hidden one: it is personal. Links to it show its members to every visitor, and also to the link's creator.
    async fn hidden(&self) -> bool {
        self.0.hidden
    }

    /// Null for collections of before this was written down. A deleted user has a pseudonym.
    async fn created_by(&self, ctx: &Context<'_>) -> Option<Result<User, Error>> {
        let user = context::loaders(ctx).user(self.0.created_by?).await.transpose()?;
        Some(user.map(User))
    }

    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// The members, in the order in which they were added.
    async fn assets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] first: Option<i32>,
        after: Option<String>,
    ) -> Result<AssetConnection, Error> {
        let (limit, after) = PageArgs::forward(first, after).counted()?;
        let slice = context::loaders(ctx).members(self.0.id, limit, after).await?;
        let position = |row: &(i64, _)| AssetCursor::Position(CountCursor(row.0));
        Ok(connect_counted(slice, Listing::Members(self.0.id), position, |row| Quick(Asset::from(row.1))))
    }

    /// The links to the collection: your own links; for administrators, the links of everybody.
    async fn links(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] first: Option<i32>,
        after: Option<String>,
        filter: Option<LinkFilter>,
        order_by: Option<LinkOrder>,
    ) -> Result<LinkConnection, Error> {
        let mut filter = LinkFilter::parse(filter)?;
        let refusal = "These are the links to one collection; leave collectionId out.";
        is_same(filter.collection.take(), self.0.id, refusal)?;
        let target = (Target::Collection, self.0.id.uuid());
        list_links_to(ctx, target, PageArgs::forward(first, after), filter, order_by).await
    }
}

/// Which collections to list.
#[derive(InputObject, Default)]
pub(crate) struct CollectionFilter {
    /// A part of the name.
    search: Option<String>,
    kind: Option<CollectionKind>,
    /// Made by the viewer. `false` is the same as leaving it out.
    mine: Option<bool>,
}

impl CollectionFilter {
    pub(crate) fn parse(ctx: &Context<'_>, filter: Option<Self>) -> Result<collections::CollectionFilter, Error> {
        let Self { search: text, kind, mine } = filter.unwrap_or_default();
        let viewer = context::viewer(ctx)?.user.id;
        let created_by = (mine == Some(true)).then_some(viewer);
        Ok(collections::CollectionFilter { search: search(text)?, kind: kind.map(Into::into), created_by })
    }
}
