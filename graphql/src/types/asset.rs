//! `Asset` and its connection.

use crate::{
    Error, Services, Viewer, context,
    loaders::Loaders,
    node_id::NodeKind,
    paging::{Cursor, PageArgs, connect, page_cost},
    types::{
        attachment::Attachment,
        byte_count::ByteCount,
        enums::{AssetKind, AssetSource, NotShareableReason, OriginalState},
        link::{LinkConnection, LinkFilter, LinkTotal},
        proxy::Proxy,
    },
};
use async_graphql::{Context, ID, Object, SimpleObject, connection::Connection};
use chrono::{DateTime, Utc};
use domain::{
    Preset, Right,
    sharing::{AssetFacts, may_create_download_link, may_share},
};
use schema::{assets, links};

/// One media item of the library.
#[derive(Clone)]
pub(crate) struct Asset(pub(crate) assets::Asset);

/// Assets, newest first.
pub(crate) type AssetConnection = Connection<Cursor, Asset, AssetTotal>;

impl Asset {
    /// What the rules need to know of the asset.
    pub(crate) async fn facts(&self, ctx: &Context<'_>) -> Result<AssetFacts, Error> {
        let loaders = ctx.data_unchecked::<Loaders>();
        let proxies = loaders.proxies(self.0.id).await?;
        let attachments = loaders.attachments(self.0.id).await?;
        Ok(AssetFacts {
            source: self.0.source,
            original: self.0.original_state,
            presets: existing(&proxies),
            attachments: i64::try_from(attachments.len()).map_err(Error::internal)?,
        })
    }

    /// The number that people call it by.
    pub(crate) fn full_number(&self, viewer: &Viewer) -> String {
        format!("{}-{}", viewer.workspace.number_prefix, self.0.number)
    }
}

/// The presets among `proxies` that exist or are being made.
pub(crate) fn existing(proxies: &[schema::proxies::Proxy]) -> Vec<Preset> {
    proxies.iter().filter(|proxy| !proxy.watermarked && proxy.state != "FAILED").map(|proxy| proxy.preset).collect()
}

#[Object]
impl Asset {
    pub(crate) async fn id(&self) -> ID {
        NodeKind::Asset.id(self.0.id)
    }

    /// What people call it, as in `VTR-485`.
    async fn number(&self, ctx: &Context<'_>) -> Result<String, Error> {
        Ok(self.full_number(context::viewer(ctx)?))
    }

    async fn title(&self) -> &str {
        &self.0.title
    }

    async fn file_name(&self) -> &str {
        &self.0.file_name
    }

    async fn kind(&self) -> AssetKind {
        self.0.kind.into()
    }

    async fn media_type(&self) -> &str {
        &self.0.media_type
    }

    /// Of the original.
    async fn byte_size(&self) -> Option<ByteCount> {
        self.0.byte_size.map(ByteCount)
    }

    /// In pixels, as it is shown.
    async fn width(&self) -> Option<i32> {
        self.0.width
    }

    /// In pixels, as it is shown.
    async fn height(&self) -> Option<i32> {
        self.0.height
    }

    async fn duration_seconds(&self) -> Option<f64> {
        self.0.duration_seconds
    }

    async fn source(&self) -> AssetSource {
        self.0.source.into()
    }

    async fn original_state(&self) -> OriginalState {
        self.0.original_state.into()
    }

    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// For signed-in users of the workspace only.
    async fn internal_url(&self, ctx: &Context<'_>) -> Result<String, Error> {
        let services: &Services = context::services(ctx);
        Ok(format!("{}/a/{}", services.public_url, self.full_number(context::viewer(ctx)?)))
    }

    #[graphql(complexity = "1 + 6 * child_complexity")]
    async fn proxies(&self, ctx: &Context<'_>) -> Result<Vec<Proxy>, Error> {
        let rows = ctx.data_unchecked::<Loaders>().proxies(self.0.id).await?;
        Ok(rows.into_iter().map(Proxy).collect())
    }

    #[graphql(complexity = "1 + 10 * child_complexity")]
    async fn attachments(&self, ctx: &Context<'_>) -> Result<Vec<Attachment>, Error> {
        let rows = ctx.data_unchecked::<Loaders>().attachments(self.0.id).await?;
        Ok(rows.into_iter().map(Attachment).collect())
    }

    /// The links that lead to this asset, newest first: your own, and for administrators everybody's.
    #[graphql(complexity = "1 + page_cost(first, None) * child_complexity")]
    async fn links(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        filter: Option<LinkFilter>,
    ) -> Result<LinkConnection, Error> {
        let visible = context::viewer(ctx)?.visible_links();
        let filter = links::LinkFilter { asset: Some(self.0.id), ..LinkFilter::parse(filter)? };
        let (page, now) = (PageArgs::forward(first, after).page()?, context::services(ctx).now());
        let mut conn = context::connection(ctx).await?;
        let slice = links::list(&mut conn, visible, &filter, page, now).await?;
        Ok(connect(slice, LinkTotal { visible, filter, now }, |row| row.id, crate::types::link::Link))
    }

    /// Whether you may link to it.
    async fn sharing(&self, ctx: &Context<'_>) -> Result<Shareability, Error> {
        let rights = context::viewer(ctx)?.rights();
        let facts =
            AssetFacts { source: self.0.source, original: self.0.original_state, presets: Vec::new(), attachments: 0 };
        let reason = may_share(self.0.source, rights).err();
        Ok(Shareability {
            can_share: reason.is_none(),
            can_create_download_link: may_create_download_link(&facts, rights),
            reason: reason.map(Into::into),
        })
    }
}

/// Whether an asset may be linked to, and if not, why.
#[derive(SimpleObject)]
pub(crate) struct Shareability {
    can_share: bool,
    can_create_download_link: bool,
    reason: Option<NotShareableReason>,
}

/// Which assets to list.
#[derive(async_graphql::InputObject, Default)]
pub(crate) struct AssetFilter {
    /// Part of the title or the file name, or a number such as `VTR-485`.
    search: Option<String>,
    kind: Option<AssetKind>,
}

impl AssetFilter {
    pub(crate) fn parse(filter: Option<Self>) -> assets::AssetFilter {
        let filter = filter.unwrap_or_default();
        assets::AssetFilter { search: filter.search, kind: filter.kind.map(Into::into) }
    }
}

/// The field `totalCount`, which counts only when it is asked for.
pub(crate) struct AssetTotal {
    pub(crate) filter: assets::AssetFilter,
}

#[Object]
impl AssetTotal {
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32, Error> {
        let viewer = context::viewer(ctx)?;
        viewer.require(Right::Read)?;
        let mut conn = context::connection(ctx).await?;
        let count = assets::count(&mut conn, viewer.workspace.id, &self.filter).await?;
        i32::try_from(count).map_err(Error::internal)
    }
}
