//! `collection` and `collections`.

use crate::{
    context,
    paging::{Cursor, PageArgs, connect_counted},
    types::{
        collection::{Collection, CollectionConnection, CollectionFilter},
        total::Listing,
    },
};
use app::Error;
use async_graphql::{Context, ID, Object};
use schema::collections;

#[derive(Default)]
pub(super) struct CollectionQueries;

#[Object]
impl CollectionQueries {
    /// The collection of this id. Null if there is no such collection or you may not see it.
    async fn collection(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Collection, Error>> {
        Collection::find(ctx, &id).await.transpose()
    }

    /// The collections of the workspace that you may see, newest first.
    async fn collections(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] first: Option<i32>,
        after: Option<String>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] last: Option<i32>,
        before: Option<String>,
        filter: Option<CollectionFilter>,
    ) -> Result<CollectionConnection, Error> {
        let view = context::viewer(ctx)?.visible_collections();
        let (page, filter) = (PageArgs { first, after, last, before }.page()?, CollectionFilter::parse(ctx, filter)?);
        let slice = collections::list(&mut *context::connection(ctx).await?, view, &filter, page).await?;
        Ok(connect_counted(slice, Listing::Collections(filter), |row| Cursor(row.id.uuid()), Collection))
    }
}
