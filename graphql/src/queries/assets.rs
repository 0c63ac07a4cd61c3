//! `asset` and `assets`.

use crate::{
    context,
    paging::{AssetCursor, Cursor, PageArgs, connect_counted},
    types::{
        asset::{Asset, AssetConnection, AssetFilter},
        quick::Quick,
        total::Listing,
    },
};
use app::Error;
use async_graphql::{Context, ID, Object};
use domain::{AssetId, node_id::NodeId};
use schema::assets;

#[derive(Default)]
pub(super) struct AssetQueries;

#[Object]
impl AssetQueries {
    /// The asset of this id, or of this number as in an internal link. Null if there is no such asset or you may not
    /// see it.
    async fn asset(&self, ctx: &Context<'_>, id: Option<ID>, number: Option<String>) -> Option<Result<Asset, Error>> {
        find(ctx, id, number).await.transpose()
    }

    /// The assets of the workspace that you may see, newest first.
    async fn assets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] first: Option<i32>,
        after: Option<String>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] last: Option<i32>,
        before: Option<String>,
        filter: Option<AssetFilter>,
    ) -> Result<AssetConnection, Error> {
        let view = context::viewer(ctx)?.visible_assets();
        let page = PageArgs { first, after, last, before }.page()?;
        let filter = AssetFilter::parse(ctx, filter).await?;
        let mut conn = context::connection(ctx).await?;
        let slice = assets::list(&mut conn, view, &filter, page).await?;
        Ok(connect_counted(
            slice,
            Listing::Assets(filter),
            |row| AssetCursor::Id(Cursor(row.id.uuid())),
            |row| Quick(Asset::from(row)),
        ))
    }
}

async fn find(ctx: &Context<'_>, id: Option<ID>, number: Option<String>) -> Result<Option<Asset>, Error> {
    let viewer = context::viewer(ctx)?;
    let view = viewer.visible_assets();
    let found = match (id, number) {
        (Some(id), None) => match AssetId::from_node_id(&id) {
            Some(id) => assets::get(&mut *context::connection(ctx).await?, view, id).await?,
            None => None,
        },
        (None, Some(number)) => match viewer.count_of(&number) {
            Some(count) => assets::by_number(&mut *context::connection(ctx).await?, view, count).await?,
            None => None,
        },
        _ => return Err(Error::BadInput("Give either `id` or `number`.".into())),
    };
    Ok(found.map(Asset::from))
}
