//! `link` and `links`.

use crate::{
    Error, context,
    node_id::NodeKind,
    paging::{PageArgs, connect, page_cost},
    types::link::{Link, LinkConnection, LinkFilter, LinkTotal},
};
use async_graphql::{Context, ID, Object};
use schema::links;

#[derive(Default)]
pub(super) struct LinkQueries;

#[Object]
impl LinkQueries {
    /// Null where there is none or you may not see it.
    async fn link(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Link, Error>> {
        find(ctx, &id).await.transpose()
    }

    /// Your links, newest first; for administrators, everybody's.
    #[graphql(complexity = "1 + page_cost(first, last) * child_complexity")]
    async fn links(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        filter: Option<LinkFilter>,
    ) -> Result<LinkConnection, Error> {
        let visible = context::viewer(ctx)?.visible_links();
        let (page, filter) = (PageArgs { first, after, last, before }.page()?, LinkFilter::parse(filter)?);
        let now = context::services(ctx).now();
        let mut conn = context::connection(ctx).await?;
        let slice = links::list(&mut conn, visible, &filter, page, now).await?;
        Ok(connect(slice, LinkTotal { visible, filter, now }, |row| row.id, Link))
    }
}

async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Link>, Error> {
    let visible = context::viewer(ctx)?.visible_links();
    let Some(id) = NodeKind::Link.parse(id) else { return Ok(None) };
    Ok(links::get(&mut *context::connection(ctx).await?, visible, id).await?.map(Link))
}
