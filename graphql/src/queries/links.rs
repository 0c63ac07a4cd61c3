//! `link` and `links`.

use crate::{
    context,
    paging::PageArgs,
    types::link::{Link, LinkConnection, LinkFilter, LinkOrder, list_links},
};
use app::Error;
use async_graphql::{Context, ID, Object};
use domain::{LinkId, node_id::NodeId};
use schema::link_listing;

#[derive(Default)]
pub(super) struct LinkQueries;

#[Object]
impl LinkQueries {
    /// The link of this id. Null if there is no such link or you may not see it.
    async fn link(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Link, Error>> {
        find(ctx, &id).await.transpose()
    }

    /// Your own links; for administrators, the links of everybody. By default the newest come first; if the filter has
    /// a condition on the expiration, the links that expire nearest to it come first.
    #[expect(clippy::too_many_arguments, reason = "they are the API's")]
    async fn links(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] first: Option<i32>,
        after: Option<String>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] last: Option<i32>,
        before: Option<String>,
        filter: Option<LinkFilter>,
        order_by: Option<LinkOrder>,
    ) -> Result<LinkConnection, Error> {
        context::viewer(ctx)?;
        list_links(ctx, PageArgs { first, after, last, before }, LinkFilter::parse(filter)?, order_by).await
    }
}

async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Link>, Error> {
    let visible = context::viewer(ctx)?.visible_links();
    let Some(id) = LinkId::from_node_id(id) else { return Ok(None) };
    Ok(link_listing::get(&mut *context::connection(ctx).await?, visible, id).await?.map(Link))
}
